"""A small recurrent network spells names: letters in, the next letters out, with an LSTM between.

The names are in names.txt, one a line.
"""

from pathlib import Path

import gradcli.engine as torch

nn = torch.nn
F = nn.functional

names = Path(__file__).with_name("names.txt").read_text().split()
letters = [".", *sorted(set("".join(names)))]
number = {letter: i for i, letter in enumerate(letters)}
NOTHING = -1  # stands behind the end of a shorter name, and counts for no loss


def numbers(text):
    return torch.tensor([number[letter] for letter in text])


inputs = nn.utils.rnn.pad_sequence([numbers("." + name) for name in names], batch_first=True)
targets = nn.utils.rnn.pad_sequence([numbers(name + ".") for name in names], batch_first=True, padding_value=NOTHING)
print(tuple(inputs.shape), inputs[0].tolist(), targets[0].tolist())


class Speller(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(len(letters), 8)
        self.rnn = nn.LSTM(8, 32, batch_first=True)
        self.head = nn.Linear(32, len(letters))

    def forward(self, x, state=None):
        hidden, state = self.rnn(self.embedding(x), state)
        return self.head(hidden), state


torch.manual_seed(1337)
model = Speller()
print(model)
print(sum(p.numel() for p in model.parameters()), "parameters")
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)

model.train()
for step in range(101):
    batch = torch.randint(0, len(names), (64,))
    logits, _ = model(inputs[batch])
    loss = F.cross_entropy(logits.reshape(-1, len(letters)), targets[batch].reshape(-1), ignore_index=NOTHING)
    optimizer.zero_grad()
    loss.backward()
    norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    if step % 20 == 0:
        print(f"step {step:3}: loss {loss.item():.3f}")
print(logits.shape, logits.grad_fn.name(), norm.shape)


@torch.no_grad()
def spell():
    name, letter, state = "", 0, None
    while len(name) < 20:
        logits, state = model(torch.tensor([[letter]]), state)
        letter = torch.multinomial(logits[0, -1].softmax(0), 1).item()
        if letter == 0:
            break
        name += letters[letter]
    return name


model.eval()
torch.manual_seed(7)
print([spell() for _ in range(8)])
