"""A bigram model of first names: by counting which letter follows which, then the same learnt by gradient descent.

The names are in names.txt, one a line.
"""

from pathlib import Path

import gradcli.engine as torch

F = torch.nn.functional

names = Path(__file__).with_name("names.txt").read_text().split()
letters = [".", *sorted(set("".join(names)))]  # the dot begins and ends a name
number = {letter: i for i, letter in enumerate(letters)}
print(len(names), "names of", len(letters) - 1, "letters")

pairs = [(number[a], number[b]) for name in names for a, b in zip("." + name, name + ".", strict=True)]
before, after = torch.tensor(pairs).unbind(1)
print(len(before), "pairs")


def sample(probabilities, generator):
    """A name, letter by letter, each drawn from the row of the one before."""
    name, letter = "", 0
    while True:
        row = probabilities[letter]
        letter = torch.multinomial(row, num_samples=1, replacement=True, generator=generator).item()
        if letter == 0:
            return name
        name += letters[letter]


# By counting.

size = len(letters)
counts = torch.bincount(before * size + after, minlength=size * size).view(size, size)
print("most frequent:", end="")
for place in counts.flatten().argsort(descending=True, stable=True)[:5].tolist():
    print(f" {letters[place // size]}{letters[place % size]} {counts.flatten()[place].item()}", end="")
print()
smoothed = (counts + 1).float()
probabilities = smoothed / smoothed.sum(1, keepdim=True)
print(f"loss of the counts: {-probabilities[before, after].log().mean().item():.4f}")
generator = torch.Generator().manual_seed(2147483647)
print([sample(probabilities, generator) for _ in range(6)])

# By gradient descent: the logarithms of counts are the weights of one layer.

generator = torch.Generator().manual_seed(2147483647)
weights = torch.randn((size, size), generator=generator, requires_grad=True)
inputs = F.one_hot(before, num_classes=size).float()
for step in range(101):
    logits = inputs @ weights
    likelihoods = logits.exp()
    probabilities = likelihoods / likelihoods.sum(1, keepdim=True)
    fit = -probabilities[torch.arange(len(after)), after].log().mean()
    loss = fit + 0.001 * (weights**2).mean()
    weights.grad = None
    loss.backward()
    weights.data += -50 * weights.grad
    if step % 20 == 0:
        print(f"step {step:3}: loss {loss.item():.4f}")
print(fit)
with torch.no_grad():
    learnt = F.softmax(weights, dim=1)
generator = torch.Generator().manual_seed(2147483647)
print([sample(learnt, generator) for _ in range(6)])
