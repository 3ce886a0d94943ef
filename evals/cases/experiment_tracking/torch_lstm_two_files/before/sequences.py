"""A noisy wave cut into windows, and a network that guesses the next value."""
import torch
from torch import nn


def make_windows(length, window):
	t = torch.arange(length + window, dtype=torch.float32)
	wave = torch.sin(0.2 * t) + 0.5 * torch.sin(0.053 * t) + 0.05 * torch.randn(length + window)
	x = torch.stack([wave[i:i + window] for i in range(length)])
	return x.unsqueeze(2), wave[window:].unsqueeze(1)


class NextValue(nn.Module):
	def __init__(self, hidden):
		super().__init__()
		self.lstm = nn.LSTM(1, hidden, batch_first=True)
		self.head = nn.Linear(hidden, 1)

	def forward(self, x):
		states, _ = self.lstm(x)
		return self.head(states[:, -1])
