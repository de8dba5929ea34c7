use super::{Imported, import};

fn imported(json: &str) -> Imported {
    import("api-docs.json", json.as_bytes()).expect("imports")
}

fn imported_again(spec: &str) -> Imported {
    let again = imported(spec);
    assert!(
        again.dropped.is_empty() && again.findings.is_empty(),
        "{again:?}"
    );
    again
}

fn text(imported: &Imported) -> &str {
    std::str::from_utf8(&imported.json).expect("UTF-8")
}

const TOY: &str = r##"{
  "version": "1.0",
  "info": {"version": "2024-01-01", "product": "Toy", "style": "RPC"},
  "directories": [{"title": "All the toys"}],
  "components": {"schemas": {"Toy": {"description": "A toy that one has.", "type": "object", "properties": {
    "title": {"title": "The title.", "type": "string", "example": " Bear\n"}}}}},
  "endpoints": [{"regionName": "Hangzhou", "endpoint": "toy.aliyuncs.com", "regionId": "cn-hangzhou"}],
  "errorCodes": [{"code": "Busy", "message": "It is busy right now.", "http_code": 503, "description": "Wait."}],
  "apis": {
    "GetToy": {
      "summary": "Tells of a toy.",
      "title": "GetToy",
      "parameters": [
        {"schema": {"required": true, "type": "string", "description": "Which toy it is.", "example": "This is a toy.",
          "enumValueTitles": {"b": "The second", "a": "The first"}, "enum": ["a"]}, "in": "query", "name": "ToyId"},
        {"name": "Size", "in": "query", "schema": {"type": "integer", "format": "int32", "required": false,
          "minimum": "1", "maximum": "9", "default": "3", "example": "4", "backendName": "sz"}}
      ],
      "methods": ["post"],
      "responses": {"200": {"description": "Fine.", "headers": {"ETag": {"schema": {"type": "string"}}},
        "schema": {"$ref": "#/components/schemas/Toy"}}},
      "errorCodes": {"404": [{"errorMessage": "There is no such toy.", "errorCode": "NoToy\t"}]},
      "systemTags": {"chargeType": "paid", "operationType": "get", "abilityTreeCode": "1"},
      "staticInfo": {"callback": "Toy::2024-01-01::GetJob", "noSubstitutionReason": "none"},
      "deprecated": false,
      "responseDemo": "[{\"type\":\"json\",\"example\":\"{}\"}]"
    }
  }
}"##;

#[test]
fn facts_are_kept_in_a_fixed_order_with_an_operation_a_line_and_texts_are_not() {
    let imported = imported(TOY);
    assert_eq!(
        text(&imported),
        r##"{
"version":"1.0",
"info":{"style":"RPC","product":"Toy","version":"2024-01-01"},
"components":{"schemas":{
"Toy":{"type":"object","properties":{"title":{"type":"string","example":"Bear"}}}
}},
"apis":{
"GetToy":{"methods":["post"],"systemTags":{"operationType":"get","chargeType":"paid"},"staticInfo":{"callback":"Toy::2024-01-01::GetJob"},"parameters":[{"name":"ToyId","in":"query","schema":{"type":"string","required":true,"enum":["a","b"]}},{"name":"Size","in":"query","schema":{"type":"integer","format":"int32","minimum":"1","maximum":"9","default":"3","example":"4"}}],"responses":{"200":{"headers":{"ETag":{"schema":{"type":"string"}}},"schema":{"$ref":"#/components/schemas/Toy"}}},"errorCodes":{"404":[{"errorCode":"NoToy"}]}}
},
"endpoints":[
{"regionId":"cn-hangzhou","endpoint":"toy.aliyuncs.com"}
],
"errorCodes":[
{"code":"Busy","http_code":503}
]
}
"##
    );
    assert_eq!((imported.product.as_str(), imported.operations), ("Toy", 1));
    let dropped: Vec<_> = imported
        .dropped
        .iter()
        .map(|(k, n)| (k.as_str(), *n))
        .collect();
    assert_eq!(
        dropped,
        [
            ("abilityTreeCode", 1),
            ("backendName", 1),
            ("description", 4),
            ("directories", 1),
            ("enumValueTitles", 1),
            ("errorMessage", 1),
            ("examples that are sentences", 1),
            ("message", 1),
            ("noSubstitutionReason", 1),
            ("regionName", 1),
            ("responseDemo", 1),
            ("summary", 1),
            ("title", 2),
        ]
    );
    assert!(imported.had_prose());
}

#[test]
fn importing_what_was_imported_changes_nothing() {
    let once = imported(TOY);
    let again = imported_again(text(&once));
    assert_eq!(text(&again), text(&once));
    assert!(!again.had_prose());
}

#[test]
fn a_product_or_version_that_leads_out_of_the_folder_is_refused() {
    for name in ["..", "../etc", "", ".hidden", "a/b", "a\\\\b"] {
        let json = TOY.replace("\"Toy\", \"style\"", &format!("{name:?}, \"style\""));
        let refused = import("api-docs.json", json.as_bytes()).unwrap_err();
        assert!(refused.contains("info.product"), "{refused}");
    }
    assert!(import("x", b"{").unwrap_err().starts_with("x: not JSON"));
}

#[test]
fn what_is_wrong_is_left_out_and_said_and_the_rest_reads_strictly() {
    let json = r##"{
      "version": "1.0",
      "info": {"style": "RPC", "product": "Toy", "version": "2024-01-01"},
      "components": {"schemas": {}},
      "endpoints": [{"regionId": "cn-hangzhou"}, {"regionId": "cn-beijing", "endpoint": "toy.aliyuncs.com"}],
      "errorCodes": [{"message": "No code at all."}],
      "apis": {
        "GetToy": {
          "methods": ["post"],
          "parameters": [
            {"name": "A", "in": "query", "schema": {"type": "string"}},
            {"name": "A", "in": "query", "schema": {"type": "integer"}},
            {"in": "query", "schema": {"type": "string"}},
            {"name": "B", "in": "query", "schema": {"$ref": "#/components/schemas/Gone", "required": true}},
            {"name": "C", "in": "query", "schema": {"type": ["string"], "default": "Whatever the service takes for good."}}
          ],
          "responses": {"200": {"schema": {"type": "object", "properties": {
            "Toy": {"type": "string"}, "Toy": {"type": "integer"}}}}},
          "errorCodes": {"404": [{"errorCode": "The toy was not found here"}, {"errorCode": "NoToy"}]}
        },
        "GetToy": {"methods": ["get"]}
      }
    }"##;
    let imported = imported(json);
    let spec = text(&imported);
    let apis = spec
        .lines()
        .find(|line| line.starts_with("\"GetToy\""))
        .expect("a line");
    assert_eq!(
        apis,
        r#""GetToy":{"methods":["post"],"parameters":[{"name":"A","in":"query","schema":{"type":"string"}},{"name":"B","in":"query","schema":{"type":"any","required":true}},{"name":"C","in":"query","schema":{}}],"responses":{"200":{"schema":{"type":"object","properties":{"Toy":{"type":"string"}}}}},"errorCodes":{"404":[{"errorCode":"NoToy"}]}}"#
    );
    assert!(
        spec.contains("\"endpoints\":[\n{\"regionId\":\"cn-beijing\""),
        "{spec}"
    );
    assert_eq!(text(&imported_again(spec)), spec);
    let said: Vec<_> = imported
        .findings
        .iter()
        .map(|it| it.pointer.as_str())
        .collect();
    assert_eq!(
        said,
        [
            "/apis/GetToy/parameters/4/schema/default",
            "/apis/GetToy/responses/200/schema/properties/Toy",
            "/apis/GetToy/errorCodes/404/0/errorCode",
            "/apis/GetToy",
            "/endpoints/0",
            "/errorCodes/0",
            "/apis/GetToy/parameters/2",
            "/apis/GetToy/parameters/1",
            "/apis/GetToy/errorCodes/404/0",
            "/apis/GetToy/parameters/3/schema/$ref",
            "/apis/GetToy/parameters/4/schema/type",
        ]
    );
}
