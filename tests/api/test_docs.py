"""The API says of itself what it takes and answers, from its own server alone."""

import re

import jsonschema
from jsonschema import Draft202012Validator

from hub.api.permissions import GuardedRoute
from hub.errors import HubError
from hub.pages.docs import problems
from tests.api.conftest import World
from tests.guards.reference import routes


def test_the_openapi_document_is_served_and_every_reference_in_it_leads_somewhere(
    world: World,
) -> None:
    document = world.client.get("/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', str(document).replace("'", '"')):
        place = document
        for part in reference.split("/"):
            place = place[part]
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    ids = [o["operationId"] for methods in document["paths"].values() for o in methods.values()]
    assert len(ids) == len(set(ids))
    for path, methods in document["paths"].items():
        for said in methods.values():
            named = {p["name"] for p in said.get("parameters", ()) if p["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path)), path
            assert set(said.get("security", [{}])[0]) <= set(
                document["components"]["securitySchemes"]
            )


def test_every_address_of_the_api_is_in_the_document_with_its_key(world: World) -> None:
    paths = world.client.get("/v1/openapi.json").json()["paths"]
    api = [r for r in routes() if r.path.startswith(("/v1", "/schema", "/ping", "/ready"))]
    for route in api:
        for method in route.methods or ():
            said = paths[route.path][method.lower()]
            assert said["summary"] and said["description"]
            assert isinstance(route, GuardedRoute)
            assert bool(said.get("security")) == bool(route.permits), route.path


def test_what_the_api_answers_with_is_what_the_document_says(world: World) -> None:
    schemas = world.client.get("/v1/openapi.json").json()["components"]["schemas"]
    schema = {**schemas["Problem"], "components": {"schemas": schemas}}
    for answer in (
        world.post(b"{}"),
        world.post(b"{"),
        world.get("/v1/events", None),
        world.get("/v1/x", None),
    ):
        jsonschema.validate(answer.json(), schema)


def test_the_api_page_tells_every_address_and_loads_nothing_from_elsewhere(world: World) -> None:
    answer = world.client.get("/docs")
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    assert not re.search(r'(src|href)="(https?:)?//', answer.text)
    for path in world.client.get("/v1/openapi.json").json()["paths"]:
        assert path in answer.text


def test_the_type_of_each_problem_leads_to_what_it_means(world: World) -> None:
    page = world.client.get("/docs").text
    for error in problems(HubError):
        answer = world.client.get(f"/problems/{error.slug}")
        assert answer.headers["location"] == f"/docs#problem-{error.slug}"
        assert f'id="problem-{error.slug}"' in page
    assert world.client.get("/problems/none").status_code == 404
