"""The custom-integration API of a planning tool, as its vendor documents it, and what that text leaves open."""
