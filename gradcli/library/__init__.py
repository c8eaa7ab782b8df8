"""What `import gradcli` offers: the objects behind the command, wrapped for people who write Python.

Each name is imported by `gradcli.__getattr__` when it is first used.
"""
