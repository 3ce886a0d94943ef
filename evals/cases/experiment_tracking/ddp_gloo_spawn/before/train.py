"""Trains a small classifier on two processes of one machine."""

import os

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, DistributedSampler, TensorDataset

WORLD_SIZE = 2
EPOCHS = 3
LR = 0.1
BATCH_SIZE = 64


def make_data():
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(512, 8, generator=generator)
    y = (x[:, 0] + 0.5 * x[:, 1] > 0).long()
    return TensorDataset(x, y)


def train(rank):
    os.environ["MASTER_ADDR"] = "localhost"
    os.environ["MASTER_PORT"] = "29531"
    dist.init_process_group("gloo", rank=rank, world_size=WORLD_SIZE)
    torch.manual_seed(0)

    data = make_data()
    sampler = DistributedSampler(data, WORLD_SIZE, rank, seed=0)
    loader = DataLoader(data, batch_size=BATCH_SIZE, sampler=sampler)
    net = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 2))
    model = DistributedDataParallel(net)
    optimizer = torch.optim.SGD(model.parameters(), lr=LR, momentum=0.9)
    criterion = nn.CrossEntropyLoss()

    for epoch in range(EPOCHS):
        sampler.set_epoch(epoch)
        totals = torch.zeros(3)
        for x, y in loader:
            optimizer.zero_grad()
            out = model(x)
            loss = criterion(out, y)
            loss.backward()
            optimizer.step()
            correct = (out.argmax(1) == y).sum()
            totals += torch.stack([loss.detach() * len(y), correct, torch.tensor(len(y))])
        dist.all_reduce(totals)
        train_loss = (totals[0] / totals[2]).item()
        accuracy = (totals[1] / totals[2]).item()
        print(f"rank {rank} | epoch {epoch} | loss {train_loss:.4f} | accuracy {accuracy:.4f}")

    dist.destroy_process_group()


if __name__ == "__main__":
    mp.spawn(train, nprocs=WORLD_SIZE)
