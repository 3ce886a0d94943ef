import os

# Nobody here has an account there.
os.environ["WANDB_MODE"] = "disabled"

import torch
from transformers import (
    DistilBertConfig,
    DistilBertForSequenceClassification,
    Trainer,
    TrainingArguments,
    set_seed,
)

LENGTH = 10
EPOCHS = 2
RATE = 2e-3


def make_rows(count, seed):
    """Sequences of tokens; the label says which half of the vocabulary is in the majority."""
    draw = torch.Generator().manual_seed(seed)
    tokens = torch.randint(1, 31, (count, LENGTH), generator=draw)
    labels = ((tokens > 15).float().mean(dim=1) > 0.5).long()
    return [
        {"input_ids": row, "attention_mask": torch.ones_like(row), "labels": label}
        for row, label in zip(tokens, labels)
    ]


def accuracy(prediction):
    right = prediction.predictions.argmax(-1) == prediction.label_ids
    return {"accuracy": right.mean().item()}


set_seed(4)
model = DistilBertForSequenceClassification(
    DistilBertConfig(
        vocab_size=32, dim=32, hidden_dim=64, n_layers=1, n_heads=2, max_position_embeddings=LENGTH
    )
)
trainer = Trainer(
    model,
    TrainingArguments(
        "checkpoints",
        num_train_epochs=EPOCHS,
        learning_rate=RATE,
        per_device_train_batch_size=16,
        per_device_eval_batch_size=64,
        eval_strategy="epoch",
        logging_strategy="epoch",
        save_strategy="no",
        report_to="all",
        disable_tqdm=True,
        use_cpu=True,
    ),
    train_dataset=make_rows(160, seed=1),
    eval_dataset=make_rows(64, seed=2),
    compute_metrics=accuracy,
)
trainer.train()

outcome = trainer.predict(make_rows(128, seed=3))
print(f"test accuracy {outcome.metrics['test_accuracy']:.3f}, loss {outcome.metrics['test_loss']:.3f}")
