//! The interface as programs read what it is: OpenAPI 3.1, made of the table of addresses and of the types that are answered.

use utoipa::ToSchema;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathsBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, ComponentsBuilder, ObjectBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Required};

use super::operations::upload;
use super::problem::ProblemDocument;
use super::routes::{ApiAccess, ApiRoute, ROUTES};
use crate::answers::FactTable;
use crate::import::{FileKind, ImportOutcome, Remark};

/// What an answer holds.
#[derive(Debug, Clone, Copy)]
enum AnswerShape {
    /// A word.
    Word,
    /// The document of an import that was done, refused or only looked at.
    Outcome,
    /// Imports on record.
    Imports,
    /// One of them.
    Import,
    /// A table.
    Table,
    /// Where an answer will be.
    Later,
    /// This document itself.
    Itself,
    /// Nothing.
    Nothing,
}

/// What is said of a route beside its path and methods.
struct Described {
    path: &'static str,
    method: &'static str,
    id: &'static str,
    summary: &'static str,
    parameters: &'static [&'static str],
    answers: &'static [(u16, AnswerShape)],
    problems: &'static [u16],
}

use AnswerShape::{Import, Imports, Itself, Later, Nothing, Outcome, Table, Word};

/// Problems that whoever needs a token may meet, whatever is asked.
const USUAL: [u16; 7] = [400, 401, 403, 405, 429, 500, 503];

const DESCRIBED: &[Described] = &[
    Described {
        path: "/healthz",
        method: "GET",
        id: "live",
        summary: "Whether the loops of the daemon turn",
        parameters: &[],
        answers: &[(200, Word), (503, Word)],
        problems: &[405],
    },
    Described {
        path: "/readyz",
        method: "GET",
        id: "ready",
        summary: "Whether the work can go on",
        parameters: &[],
        answers: &[(200, Word), (503, Word)],
        problems: &[405],
    },
    Described {
        path: "/metrics",
        method: "GET",
        id: "metrics",
        summary: "How things stand, in numbers for Prometheus",
        parameters: &[],
        answers: &[(200, Word)],
        problems: &USUAL,
    },
    Described {
        path: "/api/openapi.json",
        method: "GET",
        id: "openapi",
        summary: "This document",
        parameters: &[],
        answers: &[(200, Itself)],
        problems: &[400, 405],
    },
    Described {
        path: "/api/facts/{table}",
        method: "GET",
        id: "facts",
        summary: "A table of facts, as CSV",
        parameters: &["table", "as_at", "known_at", "organisation", "identified"],
        answers: &[(200, Table), (304, Nothing)],
        problems: &[400, 401, 403, 404, 405, 429, 500, 503],
    },
    Described {
        path: "/api/imports",
        method: "GET",
        id: "imports",
        summary: "The newest imports",
        parameters: &["limit"],
        answers: &[(200, Imports)],
        problems: &USUAL,
    },
    Described {
        path: "/api/imports/{id}",
        method: "GET",
        id: "import",
        summary: "One import",
        parameters: &["id"],
        answers: &[(200, Import)],
        problems: &[400, 401, 403, 404, 405, 429, 500, 503],
    },
    Described {
        path: "/api/imports/{id}",
        method: "PUT",
        id: "bring",
        summary: "Take a file in, whose kind is the last step of the path",
        parameters: FILE,
        answers: &[(200, Outcome), (202, Later), (409, Outcome)],
        problems: &[400, 401, 403, 404, 405, 413, 415, 422, 429, 500, 503],
    },
    Described {
        path: "/api/imports/{id}",
        method: "POST",
        id: "bring_by_post",
        summary: "The same as PUT",
        parameters: FILE,
        answers: &[(200, Outcome), (202, Later), (409, Outcome)],
        problems: &[400, 401, 403, 404, 405, 413, 415, 422, 429, 500, 503],
    },
    Described {
        path: "/api/imports/{id}/rejected.csv",
        method: "GET",
        id: "rejected",
        summary: "The rows that an import rejected, to be put right",
        parameters: &["id"],
        answers: &[(200, Table)],
        problems: &[400, 401, 403, 404, 405, 429, 500, 503],
    },
    Described {
        path: "/api/imports/runs/{run}",
        method: "GET",
        id: "run",
        summary: "What a file came to whose answer was put off",
        parameters: &["run"],
        answers: &[(200, Outcome), (202, Later), (409, Outcome)],
        problems: &[400, 401, 403, 404, 405, 422, 429, 500, 503],
    },
];

const FILE: &[&str] =
    &["kind", "as_of", "name", "partial", "dry_run", "strict", "sheet", "Idempotency-Key", "Content-Digest"];

/// The document.
pub(super) fn document() -> OpenApi {
    let mut paths = PathsBuilder::new().build();
    for described in DESCRIBED {
        for route in ROUTES.iter().filter(|route| route.path == described.path) {
            if let Some(method) =
                method_of(described.method).filter(|_| route.methods.contains(&described.method))
            {
                paths.add_path_operation(described.path, vec![method], operation(described, route));
            }
        }
    }
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("rfr_…").build();
    let components = ComponentsBuilder::new()
        .schema_from::<ImportOutcome>()
        .schema_from::<Remark>()
        .schema_from::<ProblemDocument<'_>>()
        .security_scheme("token", SecurityScheme::Http(bearer))
        .build();
    let info = InfoBuilder::new()
        .title("refresher")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("The interface for programs: see docs/api.md."));
    OpenApiBuilder::new().info(info.build()).paths(paths).components(Some(components)).build()
}

fn method_of(name: &str) -> Option<HttpMethod> {
    [("GET", HttpMethod::Get), ("PUT", HttpMethod::Put), ("POST", HttpMethod::Post)]
        .into_iter()
        .find_map(|(known, method)| (known == name).then_some(method))
}

fn operation(described: &Described, route: &ApiRoute) -> OperationBuilder {
    let mut operation =
        OperationBuilder::new().operation_id(Some(described.id)).summary(Some(described.summary));
    for name in described.parameters {
        operation = operation.parameter(parameter(name));
    }
    if route.access == ApiAccess::FileOfPlace {
        let bytes = ObjectBuilder::new().schema_type(Type::String).build();
        let mut body = RequestBodyBuilder::new().required(Some(Required::True));
        for media in upload::MEDIA {
            let content = ContentBuilder::new().schema(Some(bytes.clone())).build();
            body = body.content(media, content);
        }
        operation = operation.request_body(Some(body.build()));
    }
    if route.access == ApiAccess::Watching {
        operation = operation.security(SecurityRequirement::default());
    }
    if route.access != ApiAccess::Anybody {
        operation = operation.security(SecurityRequirement::new::<_, [&str; 0], &str>("token", []));
    }
    for (status, shape) in described.answers {
        operation = operation.response(status.to_string(), answer(*shape));
    }
    let problem = || {
        let content =
            ContentBuilder::new().schema(Some(Ref::from_schema_name(ProblemDocument::name()))).build();
        ResponseBuilder::new().description("A problem").content("application/problem+json", content).build()
    };
    let told = |status: &&u16| !described.answers.iter().any(|(answered, _)| answered == *status);
    for status in described.problems.iter().filter(told) {
        operation = operation.response(status.to_string(), problem());
    }
    operation
}

fn answer(shape: AnswerShape) -> utoipa::openapi::Response {
    let of = |media: &str, description: &str, schema: RefOr<Schema>| {
        let content = ContentBuilder::new().schema(Some(schema)).build();
        ResponseBuilder::new().description(description).content(media, content).build()
    };
    let text = || RefOr::T(Schema::from(ObjectBuilder::new().schema_type(Type::String).build()));
    match shape {
        Word => of("text/plain", "A word, or numbers", text()),
        Table => of("text/csv", "A table", text()),
        Outcome => of(
            "application/json",
            "What the import did or would do; with `refused`, why nothing was changed",
            Ref::from_schema_name(ImportOutcome::name()).into(),
        ),
        Imports => of("application/json", "Imports, the newest first", imports()),
        Import => of("application/json", "An import on record", import(true)),
        Later => of("application/json", "Where the answer will be", later()),
        Itself => of("application/json", "OpenAPI 3.1", object([]).into()),
        Nothing => ResponseBuilder::new().description("Unchanged").build(),
    }
}

fn object<const N: usize>(properties: [(&str, RefOr<Schema>); N]) -> Schema {
    let object = properties
        .into_iter()
        .fold(ObjectBuilder::new(), |object, (name, schema)| object.property(name, schema).required(name));
    Schema::from(object.build())
}

fn typed(types: &[Type]) -> RefOr<Schema> {
    let schema_type = match types {
        [one] => SchemaType::Type(one.clone()),
        several => SchemaType::Array(several.to_vec()),
    };
    RefOr::T(Schema::from(ObjectBuilder::new().schema_type(schema_type).build()))
}

fn later() -> RefOr<Schema> {
    let text = || typed(&[Type::String]);
    object([("run", text()), ("state", text()), ("location", text())]).into()
}

fn imports() -> RefOr<Schema> {
    let lines = ArrayBuilder::new().items(import(false)).build();
    object([("imports", RefOr::T(Schema::from(lines)))]).into()
}

/// An import on record; with more of it where it is told by itself.
fn import(alone: bool) -> RefOr<Schema> {
    const COUNTS: [&str; 10] = [
        "rows",
        "applied",
        "unchanged",
        "skipped",
        "rejected",
        "joiners",
        "changes",
        "leavers",
        "records_added",
        "records_corrected",
    ];
    let (text, number) = (typed(&[Type::String]), typed(&[Type::Integer]));
    let maybe_number = typed(&[Type::Integer, Type::Null]);
    let yes_no = typed(&[Type::Boolean]);
    let texts = RefOr::T(Schema::from(ArrayBuilder::new().items(text.clone()).build()));
    let fixed = [
        ("id", number.clone()),
        ("kind", text.clone()),
        ("file", text.clone()),
        ("as_of", text.clone()),
        ("recorded_at", text),
        ("partial", yes_no.clone()),
        ("forced", yes_no),
        ("undoes", maybe_number.clone()),
        ("undone_by", maybe_number),
    ];
    let counts = COUNTS.map(|name| (name, number.clone()));
    let whose = alone.then(|| [("organisations", texts), ("actor", typed(&[Type::String, Type::Null]))]);
    let all = fixed.into_iter().chain(counts).chain(whose.into_iter().flatten());
    let object =
        all.fold(ObjectBuilder::new(), |object, (name, schema)| object.property(name, schema).required(name));
    let object = object.additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
    RefOr::T(Schema::from(object.build()))
}

fn parameter(name: &'static str) -> ParameterBuilder {
    let place = match name {
        "table" | "id" | "kind" | "run" => ParameterIn::Path,
        "Idempotency-Key" | "Content-Digest" => ParameterIn::Header,
        _ => ParameterIn::Query,
    };
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let schema = match name {
        "partial" | "dry_run" | "strict" | "identified" => ObjectBuilder::new().schema_type(Type::Boolean),
        "limit" => ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(1_000)),
        "id" => ObjectBuilder::new().schema_type(Type::Integer),
        "kind" => text().enum_values(Some(FileKind::ALL.map(FileKind::as_str))),
        "table" => text().enum_values(Some(FactTable::ALL.map(FactTable::file))),
        "as_of" | "as_at" => text().format(Some(utoipa::openapi::SchemaFormat::Custom("date".to_owned()))),
        "known_at" => text().format(Some(utoipa::openapi::SchemaFormat::Custom("date-time".to_owned()))),
        "Idempotency-Key" => text().pattern(Some("^[!-~]{1,255}$")),
        "Content-Digest" => text().pattern(Some("^sha-256=:[A-Za-z0-9+/]{43}=:$")),
        _ => text(),
    };
    // The path has one name for what stands there.
    let called = if name == "kind" { "id" } else { name };
    let required = if place == ParameterIn::Path { Required::True } else { Required::False };
    ParameterBuilder::new().name(called).parameter_in(place).required(required).schema(Some(schema.build()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_described_once_and_nothing_else_is() {
        let mut routes: Vec<(&str, &str)> = ROUTES
            .iter()
            .flat_map(|route| route.methods.iter().map(|method| (route.path, *method)))
            .collect();
        routes.retain(|(_, method)| *method != "HEAD");
        let mut described: Vec<(&str, &str)> = DESCRIBED.iter().map(|one| (one.path, one.method)).collect();
        routes.sort_unstable();
        described.sort_unstable();
        assert_eq!(described, routes);
        let document = serde_json::to_value(document()).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
        let paths = document["paths"].as_object().unwrap();
        assert_eq!(paths.values().flat_map(|path| path.as_object().unwrap()).count(), described.len());
    }
}
