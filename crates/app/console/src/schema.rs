//! Schemas of types that crates before this one own, as their serde says them. A field of such a type names its stand-in:
//! `#[schemars(with = "crate::schema::Time")]`. That they say the same is tested on real answers.

use std::borrow::Cow;

use homeostat_model::{Autonomy, Mode};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

macro_rules! stand_ins {
    ($($(#[$doc:meta])* $name:ident: $schema:tt;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) enum $name {}

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )+};
}

stand_ins! {
    /// Of `RuntimeTime` and `WorldTime`.
    Time: { "type": "string", "format": "date-time" };

    /// Of `Currency`.
    CurrencyCode: { "type": "string", "minLength": 3, "maxLength": 3 };

    /// Of `Money`.
    Amount: {
        "type": "object",
        "properties": {
            "amount_micros": { "type": "integer", "format": "int64", "description": "In millionths." },
            "currency": { "type": "string", "minLength": 3, "maxLength": 3 },
        },
        "required": ["amount_micros", "currency"],
    };

    /// Of `Mode`.
    ModeName: {
        "type": "string",
        "enum": [Mode::Normal.as_str(), Mode::Safe.as_str(), Mode::Halt.as_str()],
    };

    /// Of `Autonomy`.
    Level: {
        "type": "string",
        "enum": [
            Autonomy::Shadow.as_str(),
            Autonomy::Suggest.as_str(),
            Autonomy::Guarded.as_str(),
            Autonomy::Full.as_str(),
        ],
    };

    /// Of the journal's `Event`.
    JournalEvent: {
        "type": "object",
        "properties": {
            "id": { "type": "integer", "format": "int64" },
            "at": { "type": "string", "format": "date-time" },
            "brand": { "type": ["string", "null"] },
            "entity": { "type": "string" },
            "entity_id": { "type": "string" },
            "from_state": { "type": ["string", "null"] },
            "to_state": { "type": "string" },
            "fence": { "type": ["integer", "null"], "format": "int64" },
            "owner": { "type": ["integer", "null"], "format": "int64" },
            "cause": { "type": ["string", "null"] },
            "data": { "description": "The logged columns that changed." },
        },
        "required": [
            "id", "at", "brand", "entity", "entity_id", "from_state", "to_state", "fence", "owner", "cause", "data",
        ],
    };
}
