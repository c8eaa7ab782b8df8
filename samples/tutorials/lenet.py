"""LeNet, a network of convolutions, learns to read scikit-learn's handwritten digits: 1,797 images of 8x8 pixels.

Needs scikit-learn for its images: pip install 'gradcli[digits]'.
"""

import sys

import gradcli.engine as torch

try:
    from sklearn.datasets import load_digits
except ImportError:
    sys.exit("this sample needs scikit-learn for its images: pip install 'gradcli[digits]'")

nn = torch.nn
data = torch.utils.data
F = torch.nn.functional


class LeNet(nn.Module):
    """Two convolutions with pooling between them, and three linear layers (LeCun et al., 1998)."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=3)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(16 * 2 * 2, 60)
        self.fc2 = nn.Linear(60, 40)
        self.fc3 = nn.LazyLinear(10)

    def forward(self, x):
        """The logits of the ten digits for images (n, 1, 8, 8)."""
        x = self.pool(torch.relu(self.conv1(x)))
        x = torch.relu(self.conv2(x))
        x = torch.flatten(x, 1)
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return self.fc3(x)


torch.manual_seed(0)
digits = load_digits()
images = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1) / 16
labels = torch.tensor(digits.target, dtype=torch.long)
order = torch.randperm(len(labels))
held_out, training = order[:360], order[360:]

network = LeNet()
print(network)
print(network.conv1.weight[0, 0])

features = torch.relu(network.conv1(images[:1]))
print(features.shape, features.grad_fn.name())
pooled, indices = F.max_pool2d(features, 4, return_indices=True)
print(pooled[0, 0], indices[0, 0], sep="\n")

loader = data.DataLoader(data.TensorDataset(images[training], labels[training]), batch_size=64, shuffle=True)
criterion = nn.CrossEntropyLoss()
network(images[:1])  # the lazy layer sees how wide it is
print(network.fc3)
optimizer = torch.optim.Adam(network.parameters(), lr=0.005)

for epoch in range(5):
    total = 0.0
    for batch, answers in loader:
        optimizer.zero_grad()
        loss = criterion(network(batch), answers)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(answers)
    print(f"epoch {epoch + 1}: loss {total / len(training):.3f}")

network.eval()
with torch.no_grad():
    guesses = network(images[held_out]).argmax(dim=1)
accuracy = (guesses == labels[held_out]).float().mean().item()
print(f"accuracy on the images held out: {accuracy:.1%}")
