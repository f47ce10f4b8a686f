"""The one way out of this house: every connector that speaks HTTP speaks it through here."""
