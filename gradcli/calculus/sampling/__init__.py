"""Functions of one and two variables as points that a picture joins: where to look, where to lift the pen."""
