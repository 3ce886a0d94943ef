"""Forecast the heating demand of a house. Data and model are versioned with GitPython."""

import argparse
import json
from pathlib import Path

import git
import joblib
import numpy as np
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error

TABLE = Path("data/demand.csv")
MODEL = Path("models/ridge.joblib")
REPORT = Path("report.json")


def measure(hours):
    """Simulate what the meter would say: outside temperature, wind, demand."""
    rng = np.random.default_rng(21)
    outside = 8 + 6 * np.sin(np.arange(hours) / 24 * 2 * np.pi) + rng.normal(0, 2, hours)
    wind = rng.gamma(2, 2, hours)
    demand = 0.4 * (20 - outside) + 0.1 * wind + rng.normal(0, 0.3, hours)
    TABLE.parent.mkdir(exist_ok=True)
    rows = np.column_stack([outside, wind, demand])
    np.savetxt(TABLE, rows, delimiter=",", header="outside,wind,demand", fmt="%.4f")


def keep(repo, paths, message):
    """Commit some files; returns the short name of the commit."""
    repo.index.add([str(path) for path in paths])
    commit = repo.index.commit(message)
    return commit.hexsha[:7]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--hours", type=int, default=800)
    parser.add_argument("--release", help="name of one more tag")
    args = parser.parse_args()

    repo = git.Repo(".")
    measure(args.hours)
    name = keep(repo, [TABLE], f"Demand of {args.hours} hours")
    print("data kept as", name)

    rows = np.loadtxt(TABLE, delimiter=",")
    split = int(0.8 * len(rows))
    model = Ridge(alpha=1.0).fit(rows[:split, :2], rows[:split, 2])
    error = mean_absolute_error(rows[split:, 2], model.predict(rows[split:, :2]))
    MODEL.parent.mkdir(exist_ok=True)
    joblib.dump(model, MODEL)
    REPORT.write_text(json.dumps({"hours": args.hours, "mae": round(error, 4)}))
    keep(repo, [MODEL, REPORT], "Model and its report")
    repo.create_tag("model-v1")
    if args.release:
        repo.create_tag(args.release)

    print(f"mean absolute error {error:.4f} kW")
    print(f"versioned on {repo.active_branch.name}")


if __name__ == "__main__":
    main()
