# Two clouds with a wide gap: a single neuron gets all of them right.
import torch

gen = torch.Generator().manual_seed(5)
left = torch.randn(100, 2, generator=gen) * 0.3 + torch.tensor([-3.0, 0.0])
right = torch.randn(100, 2, generator=gen) * 0.3 + torch.tensor([3.0, 0.0])
X = torch.cat([left, right])
y = torch.cat([torch.zeros(100), torch.ones(100)])
order = torch.randperm(200, generator=gen)
X, y = X[order], y[order]
X_train, y_train, X_test, y_test = X[:150], y[:150], X[150:], y[150:]

w = torch.zeros(2, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
learning_rate = 0.5

for epoch in range(15):
    loss = torch.nn.functional.binary_cross_entropy_with_logits(X_train @ w + b, y_train)
    loss.backward()
    with torch.no_grad():
        w -= learning_rate * w.grad
        b -= learning_rate * b.grad
        w.grad = None
        b.grad = None
    if (epoch + 1) % 5 == 0:
        print(f'epoch {epoch + 1}: loss = {loss.item():.4f}')

with torch.no_grad():
    predicted = (X_test @ w + b > 0).float()
    test_accuracy = (predicted == y_test).float().mean().item()
print(f'test accuracy: {test_accuracy}')
