"""A network learns to read scikit-learn's handwritten digits: 1,797 images of 8x8 pixels, a fifth of them held out.

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

torch.manual_seed(0)
digits = load_digits()
images = torch.tensor(digits.data, dtype=torch.float32) / 16
labels = torch.tensor(digits.target, dtype=torch.long)
order = torch.randperm(len(labels))
held_out, training = order[:360], order[360:]
print(len(training), "images to learn from,", len(held_out), "held out")

network = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
loader = data.DataLoader(data.TensorDataset(images[training], labels[training]), batch_size=64, shuffle=True)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)

for epoch in range(10):
    total = 0.0
    for batch, answers in loader:
        optimizer.zero_grad()
        loss = criterion(network(batch), answers)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(answers)
    print(f"epoch {epoch + 1}: loss {total / len(training):.4f}")

network.eval()
with torch.no_grad():
    guesses = network(images[held_out]).argmax(dim=1)
accuracy = (guesses == labels[held_out]).float().mean().item()
print(f"accuracy on the images held out: {accuracy:.1%}")
