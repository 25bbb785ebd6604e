"""One model class per rule kind, grouped as the law speaks."""
