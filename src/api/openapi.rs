//! The interface as programs read what it is: OpenAPI 3.1, made of the table of addresses and of the types that are answered.

use serde_json::{Value, json};
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathsBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ComponentsBuilder, ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder, Required};

use super::operation_table::{DESCRIBED, Described};
use super::operations::upload::{self, LaterDocument};
use super::problem::{ProblemDocument, ProblemFault};
use super::routes::{ApiAccess, ApiRoute, ROUTES};
use crate::answers::{FactTable, ImportAlone, ImportDocument, ImportList};
use crate::import::{FileKind, ImportOutcome, Remark};

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
        .schema_from::<ImportList>()
        .schema_from::<ImportDocument>()
        .schema_from::<ImportAlone<'_>>()
        .schema_from::<LaterDocument<'_>>()
        .schema_from::<ProblemDocument<'_>>()
        .schema_from::<ProblemFault>()
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
            let content = ContentBuilder::new().schema(Some(bytes.clone()));
            let example = (media == "text/csv").then(|| EXAMPLE_FILE.into());
            body = body.content(media, content.example(example).build());
        }
        operation = operation.request_body(Some(body.build()));
    }
    if route.access == ApiAccess::Watching {
        operation = operation.security(SecurityRequirement::default());
    }
    if route.access != ApiAccess::Anybody {
        operation = operation.security(SecurityRequirement::new::<_, [&str; 0], &str>("token", []));
    }
    for (statuses, shape) in described.answers {
        for status in *statuses {
            operation = operation.response(status.to_string(), shape.response());
        }
    }
    operation
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
    let parameter = ParameterBuilder::new().name(called).parameter_in(place).required(required);
    parameter.schema(Some(schema.build())).example(example(name))
}

/// A staff list that is not complete: nobody leaves by it.
const EXAMPLE_FILE: &str = "employee_number,last_name,staff_group,start_date\n\
                            00123456,Bello,Nursing and Midwifery Registered,2021-09-01\n";

/// What may be asked for, where it helps to see one: together they change nothing.
fn example(name: &str) -> Option<Value> {
    match name {
        "kind" => Some(json!("staff")),
        "partial" | "dry_run" => Some(json!(true)),
        "table" => Some(json!("rates")),
        "as_of" | "as_at" => Some(json!("2026-11-24")),
        "id" => Some(json!(1)),
        "limit" => Some(json!(20)),
        _ => None,
    }
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

    #[test]
    fn what_an_answer_leads_to_is_an_operation_that_takes_what_it_is_given() {
        let document = serde_json::to_value(document()).unwrap();
        let operations: Vec<&Value> = document["paths"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|path| path.as_object().unwrap().values())
            .collect();
        let answers = operations.iter().flat_map(|one| one["responses"].as_object().unwrap().values());
        let links: Vec<&Value> = answers
            .filter_map(|answer| answer["links"].as_object())
            .flat_map(|links| links.values())
            .collect();
        assert!(links.len() > 5, "{links:?}");
        for link in links {
            let target = operations.iter().find(|one| one["operationId"] == link["operationId"]);
            let takes = target.unwrap()["parameters"].as_array().unwrap();
            for name in link["parameters"].as_object().unwrap().keys() {
                assert!(takes.iter().any(|parameter| parameter["name"] == **name), "{link}");
            }
        }
    }
}
