"""`payerworks run` and `payerworks sample`: the main job from end to end, and made-up data for it."""
