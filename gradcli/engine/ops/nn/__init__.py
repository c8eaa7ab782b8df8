"""What layers of networks are made of, a room each as a torch user would look: convolution, pooling, normalization,
embedding, recurrence."""
