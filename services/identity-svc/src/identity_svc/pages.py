"""Pages and answers beside allauth's: the account's front page, health, failures."""

from django.contrib.auth.views import redirect_to_login
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from identity_svc.api.problems import problem

API_PREFIXES = ("/auth/", "/v1/")


def account_home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    return render(request, "account/home.html")


def live(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "live"})


def ready(_request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return JsonResponse({"status": "ready"})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    if request.path.startswith(API_PREFIXES):
        return problem(request, status=404, code="not_found", detail="there is nothing here")
    return render(request, "404.html", status=404)


def crashed(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(API_PREFIXES):
        detail = "an unexpected error; give the request_id to the operators of the system"
        return problem(request, status=500, code="internal_error", detail=detail)
    return render(request, "500.html", status=500)
