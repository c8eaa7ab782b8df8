"""Critical points, found and proved: branch and prune with Newton's method in balls (Hansen and Walster, Global
Optimization Using Interval Analysis, 2004). Importing this imports python-flint."""
