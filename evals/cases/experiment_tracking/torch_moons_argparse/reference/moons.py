'''Two moons, one small network.'''
from __future__ import print_function
import argparse
import mlflow
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim


class Net(nn.Module):
    def __init__(self, width):
        super(Net, self).__init__()
        self.fc1 = nn.Linear(2, width)
        self.fc2 = nn.Linear(width, 2)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        return F.log_softmax(self.fc2(x), dim=1)


def make_moons(n, noise):
    angle = torch.rand(n) * 3.14159
    which = torch.randint(0, 2, (n,))
    x = torch.where(which == 0, torch.cos(angle), 1 - torch.cos(angle))
    y = torch.where(which == 0, torch.sin(angle), 0.5 - torch.sin(angle))
    return torch.stack([x, y], dim=1) + noise * torch.randn(n, 2), which


def train(args, model, data, target, optimizer, epoch):
    model.train()
    for start in range(0, len(data), args.batch_size):
        batch = data[start:start + args.batch_size]
        labels = target[start:start + args.batch_size]
        optimizer.zero_grad()
        loss = F.nll_loss(model(batch), labels)
        loss.backward()
        optimizer.step()
    print('Train Epoch: {}\tLoss: {:.6f}'.format(epoch, loss.item()))
    mlflow.log_metric('train_loss', loss.item(), step=epoch)


def test(model, data, target):
    model.eval()
    with torch.no_grad():
        output = model(data)
        test_loss = F.nll_loss(output, target).item()
        correct = output.argmax(dim=1).eq(target).sum().item()
    print('Test set: Average loss: {:.4f}, Accuracy: {}/{} ({:.1f}%)\n'.format(
        test_loss, correct, len(data), 100. * correct / len(data)))
    return test_loss, correct / len(data)


def main():
    parser = argparse.ArgumentParser(description='Two moons example')
    parser.add_argument('--batch-size', type=int, default=50, metavar='N')
    parser.add_argument('--epochs', type=int, default=6, metavar='N')
    parser.add_argument('--lr', type=float, default=0.05, metavar='LR')
    parser.add_argument('--momentum', type=float, default=0.9, metavar='M')
    parser.add_argument('--width', type=int, default=16)
    parser.add_argument('--noise', type=float, default=0.15)
    parser.add_argument('--seed', type=int, default=1, metavar='S', help='random seed (default: 1)')
    parser.add_argument('--save-model', action='store_true', default=False)
    args = parser.parse_args()

    mlflow.log_params(vars(args))
    torch.manual_seed(args.seed)
    train_x, train_y = make_moons(500, args.noise)
    test_x, test_y = make_moons(200, args.noise)

    model = Net(args.width)
    optimizer = optim.SGD(model.parameters(), lr=args.lr, momentum=args.momentum)
    for epoch in range(1, args.epochs + 1):
        train(args, model, train_x, train_y, optimizer, epoch)
        test_loss, test_acc = test(model, test_x, test_y)
        mlflow.log_metrics({'test_loss': test_loss, 'test_accuracy': test_acc}, step=epoch)

    if args.save_model:
        torch.save(model.state_dict(), "moons.pt")


if __name__ == '__main__':
    with mlflow.start_run(run_name='moons'):
        main()
