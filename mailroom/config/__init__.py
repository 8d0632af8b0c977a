"""The site's configuration: one module a file of `config/` or `classifiers/`, each checked when it is read."""
