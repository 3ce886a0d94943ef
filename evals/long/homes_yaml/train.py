import logging
from pathlib import Path

import numpy as np
import yaml
from sklearn.linear_model import SGDRegressor
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

logging.basicConfig(level=logging.INFO, format="%(message)s")
log = logging.getLogger("homes")

config = yaml.safe_load(Path("config.yaml").read_text())
training = config["training"]

rng = np.random.default_rng(training["seed"])
size = rng.uniform(20, 180, config["data"]["rows"])
age = rng.uniform(0, 90, config["data"]["rows"])
distance = rng.exponential(5, config["data"]["rows"])
rent = 3 + 0.11 * size - 0.02 * age - 0.3 * distance
rent += rng.normal(0, config["data"]["noise"], len(rent))

features = np.column_stack([size, age, distance])
X_train, X_test, y_train, y_test = train_test_split(features, rent, random_state=training["seed"])
scaler = StandardScaler().fit(X_train)
X_train, X_test = scaler.transform(X_train), scaler.transform(X_test)

model = SGDRegressor(
    penalty=config["model"]["penalty"],
    alpha=config["model"]["alpha"],
    eta0=training["eta0"],
    random_state=training["seed"],
)
for epoch in range(training["epochs"]):
    order = rng.permutation(len(X_train))
    for batch in np.array_split(order, 20):
        model.partial_fit(X_train[batch], y_train[batch])
    predicted = model.predict(X_test)
    test_mae = mean_absolute_error(y_test, predicted)
    test_r2 = r2_score(y_test, predicted)
    log.info("epoch %d: mae %.4f, r2 %.4f", epoch, test_mae, test_r2)
