"""Breast cancer with a dense network."""
import os

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras
import wandb
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

EPOCHS = 4
UNITS = 8


class Track(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        run.log(dict(logs), step=epoch)


run = wandb.init(project="cancer", config={"epochs": EPOCHS, "units": UNITS})

keras.utils.set_random_seed(4)
X, y = load_breast_cancer(return_X_y=True)
X_train, X_val, y_train, y_val = train_test_split(StandardScaler().fit_transform(X), y, test_size=0.3, random_state=4)

model = keras.Sequential([keras.layers.Dense(UNITS, activation="relu"), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(
    X_train, y_train, validation_data=(X_val, y_val), epochs=EPOCHS, batch_size=64, verbose=0, callbacks=[Track()]
)
for epoch, value in enumerate(history.history["val_loss"]):
    print(f"epoch {epoch} val_loss {value:.4f}")
run.finish()
