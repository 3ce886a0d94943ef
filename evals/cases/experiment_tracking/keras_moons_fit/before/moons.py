"""Two interleaved half circles, told apart by a small Keras network."""

import keras
from keras import layers
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(12)

EPOCHS = 6
BATCH_SIZE = 64
LEARNING_RATE = 0.01

x, y = make_moons(n_samples=800, noise=0.22, random_state=3)
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.25, random_state=3)

model = keras.Sequential(
    [
        keras.Input(shape=(2,)),
        layers.Dense(24, activation="relu"),
        layers.Dense(12, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(LEARNING_RATE),
    loss="binary_crossentropy",
    metrics=["accuracy"],
)

# A fifth of the training data is kept aside to watch for overfitting.
history = model.fit(
    x_train, y_train, validation_split=0.2, epochs=EPOCHS, batch_size=BATCH_SIZE, verbose=2
)
print(f"best validation accuracy: {max(history.history['val_accuracy']):.4f}")

test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"test loss: {test_loss:.4f}")
print(f"test accuracy: {test_accuracy:.4f}")
