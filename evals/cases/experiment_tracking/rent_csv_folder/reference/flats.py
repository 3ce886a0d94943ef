"""Reading and splitting the flats."""
import csv

import numpy as np

COLUMNS = ("area", "rooms", "floor", "distance_km")


def read_flats(path):
    with open(path, newline="") as f:
        return list(csv.DictReader(f))


def to_arrays(flats):
    X = np.array([[float(flat[c]) for c in COLUMNS] for flat in flats])
    y = np.array([float(flat["rent"]) for flat in flats])
    return X, y


def split_by_year(flats, first_test_year):
    old = [f for f in flats if int(f["year"]) < first_test_year]
    new = [f for f in flats if int(f["year"]) >= first_test_year]
    return (*to_arrays(old), *to_arrays(new))
