//! [`Document`]: a spec as the mock server reads it.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value as Json};

/// The parts of a spec that checks look at, without codegen's reading of them.
#[derive(Default, Deserialize)]
pub struct Document {
    /// Style, product and version.
    #[serde(default)]
    pub info: Json,
    /// Operations by wire name.
    #[serde(default, deserialize_with = "object_or_nothing")]
    pub apis: Map<String, Json>,
    #[serde(default)]
    components: Json,
}

/// `[]` stands for no operations.
fn object_or_nothing<'de, D: Deserializer<'de>>(from: D) -> Result<Map<String, Json>, D::Error> {
    Ok(match Json::deserialize(from)? {
        Json::Object(members) => members,
        _ => Map::new(),
    })
}

impl Document {
    /// Returns the schema that a `$ref` stands for; `null` for one that leads nowhere.
    pub fn resolve<'a>(&'a self, mut schema: &'a Json) -> &'a Json {
        // A chain longer than this is a circle.
        for _ in 0..16 {
            let Some(name) = schema.get("$ref").and_then(Json::as_str) else {
                return schema;
            };
            let name = name
                .strip_prefix("#/components/schemas/")
                .unwrap_or_default();
            schema = &self.components["schemas"][name];
        }
        &Json::Null
    }
}
