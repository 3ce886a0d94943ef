import mlflow
import torch
import torch.nn as nn

from sequences import NextValue, make_windows

HIDDEN = 24
EPOCHS = 6
LEARNING_RATE = 0.01

mlflow.start_run(run_name="next-value")
mlflow.log_params({"hidden": HIDDEN, "epochs": EPOCHS, "learning_rate": LEARNING_RATE})

torch.manual_seed(123)

windows, targets = make_windows(length=260, window=12)
train_x, train_y = windows[:180], targets[:180]
test_x, test_y = windows[180:], targets[180:]

model = NextValue(HIDDEN)
optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
loss_function = nn.MSELoss()

for epoch in range(EPOCHS):
	model.train()
	epoch_loss = 0.0
	batches = 0
	for i in range(0, len(train_x), 30):
		optimizer.zero_grad()
		loss = loss_function(model(train_x[i:i+30]), train_y[i:i+30])
		loss.backward()
		optimizer.step()
		epoch_loss += loss.item()
		batches += 1
	epoch_loss /= batches

	model.eval()
	with torch.no_grad():
		test_loss = loss_function(model(test_x), test_y).item()
	print("epoch %d  train loss %.5f  test loss %.5f" % (epoch, epoch_loss, test_loss))
	mlflow.log_metrics({"train_loss": epoch_loss, "test_loss": test_loss}, step=epoch)

mlflow.end_run()
