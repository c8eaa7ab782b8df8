"""torch.vmap, and gradients for many vectors in one walk: both calculate with a whole batch at once.

From below: `arrays` has Batched, which passes for the array of one member; `rules` says what NumPy's functions are of
it; `levels` leads tensors into a batch and out of it; `trees` are nested arguments and results; `mapping` has vmap;
`rows` has the Jacobians.
"""
