"""Real chats held against the rules: `threads` reads exports, `marks` judges, `summary` counts."""
