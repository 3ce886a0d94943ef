"""Fit a decaying wave with LBFGS. The optimizer wants a closure."""
import torch

torch.manual_seed(0)

time = torch.linspace(0, 4, 200)
signal = 2.0 * torch.exp(-0.5 * time) * torch.cos(3.0 * time) + 0.02 * torch.randn(200)

amplitude = torch.tensor(1.0, requires_grad=True)
decay = torch.tensor(0.1, requires_grad=True)
frequency = torch.tensor(2.7, requires_grad=True)

optimizer = torch.optim.LBFGS([amplitude, decay, frequency], lr=0.3, max_iter=6)


def closure():
    optimizer.zero_grad()
    fitted = amplitude * torch.exp(-decay * time) * torch.cos(frequency * time)
    loss = torch.mean((fitted - signal) ** 2)
    loss.backward()
    return loss


STEPS = 6
for step in range(STEPS):
    loss = optimizer.step(closure)
    loss_value = loss.item()
    print("step %2d: loss %.6f" % (step, loss_value))

print("amplitude %.3f, decay %.3f, frequency %.3f" % (amplitude.item(), decay.item(), frequency.item()))
