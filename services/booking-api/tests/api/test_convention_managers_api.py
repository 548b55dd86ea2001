from typing import Any

from desk_calls import call


def contact(name: str, since: str, **changes: Any) -> dict[str, Any]:
    return {"name": name, "email": f"{name}@studio.example.it", "since": since} | changes


async def test_one_person_a_facility_and_what_is_wrong_is_reported(harness: Any):
    async def faulty(fault: str) -> list[str]:
        path = f"/v1/convention-managers?fault={fault}"
        answer = await call(harness, "GET", path, headers=harness.operator())
        return [one["facility_code"] for one in answer["items"]]

    assert await faulty("missing") == ["cardio-cadorna", "dental-brera"]
    body = {
        "facilities": [
            {
                "facility_code": "cardio-cadorna",
                "contacts": [
                    contact("vecchia", "2020-01-01"),
                    contact("nuova", "2023-01-01"),
                    contact("pec", "2024-01-01", email="studio@pec.example.it"),
                ],
            },
            {"facility_code": "dental-brera", "contacts": [contact("x", "2020-01-01", certified=True)]},
        ]
    }
    unknown = {"facilities": [*body["facilities"], {"facility_code": "nobody", "contacts": []}]}
    assert (await call(harness, "POST", "/v1/convention-managers", unknown, harness.operator()))["status_code"] == 404
    assert await harness.rows("select 1 from convention_manager") == []
    named = await call(harness, "POST", "/v1/convention-managers", body, harness.operator())
    assert [(one["name"], one["faults"]) for one in named["items"]] == [
        ("nuova", ["several", "certified_mail"]),
        (None, ["certified_mail"]),
    ]
    assert (await faulty("missing"), await faulty("several")) == ([], ["cardio-cadorna"])
    assert (await call(harness, "GET", "/v1/convention-managers"))["status_code"] == 403
