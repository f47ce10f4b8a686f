"""The addresses of the site, and the framework's empty view."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class Empty(APIView):
    """Answers an empty object and asks nobody for anything."""

    def get(self, request: Request | HttpRequest) -> Response:
        return Response({})


urlpatterns = [path("empty/", Empty.as_view()), path("", include("integration_admin.urls"))]
