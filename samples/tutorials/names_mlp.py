"""A multilayer perceptron that continues names: three letters, each a point in the plane, say what the next one is.

After Bengio et al., "A Neural Probabilistic Language Model" (2003), on the names of names.txt.
"""

import random
from pathlib import Path

import gradcli.engine as torch

F = torch.nn.functional

names = Path(__file__).with_name("names.txt").read_text().split()
letters = [".", *sorted(set("".join(names)))]
number = {letter: i for i, letter in enumerate(letters)}
CONTEXT = 3


def examples(of):
    """Contexts (n, CONTEXT) and the letters that follow (n,)."""
    contexts, following = [], []
    for name in of:
        context = [0] * CONTEXT
        for letter in name + ".":
            contexts.append(context)
            following.append(number[letter])
            context = [*context[1:], number[letter]]
    return torch.tensor(contexts), torch.tensor(following)


random.seed(42)
random.shuffle(names)
split = len(names) * 9 // 10
X, Y = examples(names[:split])
held_contexts, held_following = examples(names[split:])
print("learn from", tuple(X.shape), "and keep", tuple(held_contexts.shape))

g = torch.Generator().manual_seed(2147483647)
C = torch.randn((len(letters), 2), generator=g)
W1 = torch.randn((CONTEXT * 2, 64), generator=g) * 0.4
b1 = torch.randn(64, generator=g) * 0.01
W2 = torch.randn((64, len(letters)), generator=g) * 0.05
b2 = torch.zeros(len(letters))
parameters = [C, W1, b1, W2, b2]
for p in parameters:
    p.requires_grad = True
print(sum(p.nelement() for p in parameters), "parameters")


def logits_of(contexts):
    points = C[contexts]
    hidden = torch.tanh(points.view(-1, CONTEXT * 2) @ W1 + b1)
    return hidden @ W2 + b2


for step in range(401):
    batch = torch.randint(0, X.shape[0], (32,), generator=g)
    loss = F.cross_entropy(logits_of(X[batch]), Y[batch])
    for p in parameters:
        p.grad = None
    loss.backward()
    rate = 0.2 if step < 300 else 0.05
    for p in parameters:
        p.data += -rate * p.grad
    if step % 100 == 0:
        print(f"step {step:3}: loss {loss.item():.4f}")
print(logits_of(X[:1]).grad_fn.name(), C[X[:1]].grad_fn.name(), C.grad.shape)


@torch.no_grad()
def loss_of(contexts, following):
    return F.cross_entropy(logits_of(contexts), following).item()


print(f"training {loss_of(X, Y):.3f}, held out {loss_of(held_contexts, held_following):.3f}")
print("the vowels lie at")
print(C.detach()[[number[vowel] for vowel in "aeiou"]].round(decimals=2))

g = torch.Generator().manual_seed(2147483647 + 10)
for _ in range(6):
    name, context = "", [0] * CONTEXT
    while True:
        probabilities = F.softmax(logits_of(torch.tensor([context])), dim=1)
        letter = torch.multinomial(probabilities, num_samples=1, generator=g).item()
        context = [*context[1:], letter]
        if letter == 0:
            break
        name += letters[letter]
    print(name)
