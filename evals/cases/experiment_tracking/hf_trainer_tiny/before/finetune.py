"""Fine-tune a (tiny, randomly initialised) BERT on a made-up task: is there a 7 in the text?"""

import numpy as np
import torch
from torch.utils.data import Dataset
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    Trainer,
    TrainingArguments,
    set_seed,
)

SEED = 11
MAX_LENGTH = 12
VOCAB_SIZE = 40


class SevenDataset(Dataset):
    """Random token sequences, labelled (mostly) by whether token 7 occurs."""

    def __init__(self, size, seed):
        draw = np.random.default_rng(seed)
        self.tokens = draw.integers(8, VOCAB_SIZE, size=(size, MAX_LENGTH))
        with_seven = draw.random(size) < 0.5
        places = draw.integers(0, MAX_LENGTH, size=size)
        self.tokens[with_seven, places[with_seven]] = 7
        self.labels = np.where(draw.random(size) < 0.1, ~with_seven, with_seven).astype(int)

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return {
            "input_ids": torch.tensor(self.tokens[index]),
            "attention_mask": torch.ones(MAX_LENGTH, dtype=torch.long),
            "labels": int(self.labels[index]),
        }


def compute_metrics(prediction):
    guesses = prediction.predictions.argmax(axis=-1)
    return {"accuracy": float((guesses == prediction.label_ids).mean())}


def main():
    set_seed(SEED)
    config = BertConfig(
        vocab_size=VOCAB_SIZE,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=MAX_LENGTH,
        num_labels=2,
    )
    model = BertForSequenceClassification(config)
    args = TrainingArguments(
        output_dir="out",
        num_train_epochs=3,
        learning_rate=5e-3,
        per_device_train_batch_size=32,
        per_device_eval_batch_size=128,
        eval_strategy="epoch",
        logging_strategy="epoch",
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        seed=SEED,
        use_cpu=True,
    )
    trainer = Trainer(
        model=model,
        args=args,
        train_dataset=SevenDataset(320, seed=1),
        eval_dataset=SevenDataset(128, seed=2),
        compute_metrics=compute_metrics,
    )
    trainer.train()
    metrics = trainer.evaluate(SevenDataset(256, seed=3), metric_key_prefix="test")
    print(f"test accuracy: {metrics['test_accuracy']:.4f}")


if __name__ == "__main__":
    main()
