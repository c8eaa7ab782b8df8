"""What networks are made of: activations, losses, convolution, pooling, padding, normalization, embedding, cells."""
