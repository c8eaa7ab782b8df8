"""The network 784-128-64-10 of source document 003 on a batch of images: its loss, and gradients before and after.

Random images of the shape of MNIST's stand in for them, so that nothing is downloaded; digits.py trains on real ones.
"""

import gradcli.engine as torch

nn = torch.nn
functional = torch.nn.functional


class Images(torch.utils.data.Dataset):
    """Grey images of one channel with labels, normalised to [-1, 1] when they are asked for."""

    def __init__(self, count):
        self.pixels = torch.rand(count, 1, 28, 28)
        self.labels = torch.randint(0, 10, (count,))

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return (self.pixels[index] - 0.5) / 0.5, self.labels[index]


class Classifier(nn.Module):
    """The same layers as a module of one's own."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(784, 128)
        self.second = nn.Linear(128, 64)
        self.last = nn.Linear(64, 10)

    def forward(self, pixels):
        hidden = functional.relu(self.second(functional.relu(self.first(pixels))))
        return functional.log_softmax(self.last(hidden), dim=1)


def layers(*ending):
    """The stack of layers, and what follows it."""
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10), *ending)


torch.manual_seed(4)
loader = torch.utils.data.DataLoader(Images(256), batch_size=64, shuffle=True)
images, labels = next(iter(loader))
print(images.shape, labels.shape)
images = images.view(images.shape[0], -1)
print(images.shape)

print("\nScores and their cross-entropy")
network = layers()
print(network)
print(sum(weight.numel() for weight in network.parameters()), "parameters")
print([weight.requires_grad for weight in network.parameters()])
loss = nn.CrossEntropyLoss()(network(images), labels)
print(loss)
print("before", network[0].weight.grad)
loss.backward()
print("after", network[0].weight.grad)
print(network[4].bias.grad)

print("\nLogarithms of probabilities and their negative log-likelihood: the same loss and gradients")
logarithmic = layers(nn.LogSoftmax(dim=1))
logarithmic.load_state_dict(network.state_dict())
logarithms = logarithmic(images)
print(logarithms.exp().sum(dim=1)[:3])
loss = nn.NLLLoss()(logarithms, labels)
print(loss)
loss.backward()
print(torch.allclose(logarithmic[0].weight.grad, network[0].weight.grad, atol=1e-7))

print("\nA module of one's own")
classifier = Classifier()
for own, other in zip(classifier.parameters(), network.parameters(), strict=True):
    own.data = other.data.clone()
loss = functional.nll_loss(classifier(images), labels)
print(loss)

print("\nFive steps of gradient descent on one batch")
optimizer = torch.optim.SGD(network.parameters(), lr=0.05)
criterion = nn.CrossEntropyLoss()
for step in range(5):
    optimizer.zero_grad()
    loss = criterion(network(images), labels)
    loss.backward()
    optimizer.step()
    print(step, f"{loss.item():.4f}")
