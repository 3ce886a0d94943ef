"""Linear regression, data-parallel; start it with torchrun."""

import argparse

import mlflow
import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel as DDP


def get_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--lr", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main():
    args = get_args()
    dist.init_process_group(backend="gloo")
    rank, world = dist.get_rank(), dist.get_world_size()
    torch.manual_seed(args.seed)

    x = torch.randn(400, 5)
    y = x @ torch.tensor([1.0, -2.0, 0.5, 3.0, 0.0]) + 0.1 * torch.randn(400)
    train_x, train_y = x[rank:320:world], y[rank:320:world]
    val_x, val_y = x[320:], y[320:]

    model = DDP(nn.Linear(5, 1))
    opt = torch.optim.SGD(model.parameters(), lr=args.lr)
    if rank == 0:
        mlflow.start_run(run_name="torchrun")
        mlflow.log_params(vars(args))
    for epoch in range(args.epochs):
        model.train()
        running = 0.0
        for i in range(0, len(train_x), 20):
            pred = model(train_x[i : i + 20]).squeeze(1)
            loss = nn.functional.mse_loss(pred, train_y[i : i + 20])
            opt.zero_grad()
            loss.backward()
            opt.step()
            running += loss.item()
        train_mse = running / (len(train_x) // 20)
        model.eval()
        with torch.no_grad():
            val_mse = nn.functional.mse_loss(model(val_x).squeeze(1), val_y).item()
        if rank == 0:
            mlflow.log_metric("train_mse", train_mse, step=epoch)
            mlflow.log_metric("val_mse", val_mse, step=epoch)
            print(f"epoch {epoch} train_mse {train_mse:.5f} val_mse {val_mse:.5f}")

    if rank == 0:
        torch.save(model.module.state_dict(), "model.pt")
        mlflow.end_run()
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
