"""What every part of the experiment reads."""

CONFIG = {
    "seed": 21,
    "data": {"n_samples": 4096, "clusters": 8, "features": 64},
    "model": {"bottleneck": 6, "width": 128},
    "train": {"epochs": 150_000, "batch": 128, "optimizer": {"lr": 0.001, "decay": 0.01}},
}
