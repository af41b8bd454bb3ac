//! What an answer can hold: its media type, a few words, and its schema, which is that of the type that is answered.

use utoipa::ToSchema;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::link::Link;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{AllOfBuilder, AnyOfBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr, Response};

use super::operations::upload::LaterDocument;
use super::problem::{PROBLEM_MEDIA, ProblemDocument};
use crate::answers::{ImportAlone, ImportList};
use crate::import::ImportOutcome;

/// What an answer holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct AnswerShape {
    says: &'static str,
    /// The media type and the schema; nothing, where nothing is sent.
    content: Option<(&'static str, AnswerSchema)>,
    /// What can be asked next, by what stands in the answer.
    leads_to: &'static [AnswerLink],
}

/// What can be asked next.
#[derive(Debug, Clone, Copy)]
struct AnswerLink {
    /// The operation.
    operation: &'static str,
    /// What it is to be given, and where in the answer that stands.
    given: (&'static str, &'static str),
}

const fn link(operation: &'static str, parameter: &'static str, place: &'static str) -> AnswerLink {
    AnswerLink { operation, given: (parameter, place) }
}

/// Makes the schema.
type AnswerSchema = fn() -> RefOr<Schema>;

const fn shape(says: &'static str, media: &'static str, schema: AnswerSchema) -> AnswerShape {
    AnswerShape { says, content: Some((media, schema)), leads_to: &[] }
}

const JSON: &str = "application/json";

/// A word, or numbers.
pub(super) const WORD: AnswerShape = shape("A word, or numbers", "text/plain", text);
/// A table.
pub(super) const TABLE: AnswerShape = shape("A table", "text/csv", text);
/// What an import did.
pub(super) const OUTCOME: AnswerShape = AnswerShape {
    leads_to: &[link("import", "id", "$response.body#/id"), link("rejected", "id", "$response.body#/id")],
    ..shape("What the import did or would do", JSON, schema_of::<ImportOutcome>)
};
/// Imports on record.
pub(super) const IMPORTS: AnswerShape = AnswerShape {
    leads_to: &[link("import", "id", "$response.body#/imports/0/id")],
    ..shape("Imports, the newest first", JSON, schema_of::<ImportList>)
};
/// One of them.
pub(super) const IMPORT: AnswerShape = shape("An import on record", JSON, schema_of::<ImportAlone<'static>>);
/// Where an answer will be.
pub(super) const LATER: AnswerShape = AnswerShape {
    leads_to: &[link("run", "run", "$response.body#/run")],
    ..shape("Where the answer will be", JSON, schema_of::<LaterDocument>)
};
/// The description itself.
pub(super) const ITSELF: AnswerShape = shape("OpenAPI 3.1", JSON, object);
/// Nothing.
pub(super) const NOTHING: AnswerShape = AnswerShape { says: "Unchanged", content: None, leads_to: &[] };
/// What went wrong.
pub(super) const PROBLEM: AnswerShape =
    shape("A problem", PROBLEM_MEDIA, schema_of::<ProblemDocument<'static>>);
/// What a brake refused, with what it would have done; or a problem as any other.
pub(super) const REFUSED: AnswerShape = shape(
    "A brake refused the file: a problem with all of the import's document beside it, `refused` says why. Or the same request is at work",
    PROBLEM_MEDIA,
    refused,
);

impl AnswerShape {
    /// The answer as it is described.
    pub(super) fn response(self) -> Response {
        let mut response = ResponseBuilder::new().description(self.says);
        for AnswerLink { operation, given: (parameter, place) } in self.leads_to {
            let link = Link::builder().operation_id(*operation).parameter(*parameter, *place).build();
            response = response.link(*operation, RefOr::T(link));
        }
        match self.content {
            None => response.build(),
            Some((media, schema)) => {
                response.content(media, ContentBuilder::new().schema(Some(schema())).build()).build()
            }
        }
    }
}

fn text() -> RefOr<Schema> {
    RefOr::T(Schema::from(ObjectBuilder::new().schema_type(Type::String).build()))
}

fn object() -> RefOr<Schema> {
    RefOr::T(Schema::from(ObjectBuilder::new().build()))
}

fn schema_of<T: ToSchema>() -> RefOr<Schema> {
    Ref::from_schema_name(T::name()).into()
}

fn refused() -> RefOr<Schema> {
    let problem = schema_of::<ProblemDocument<'static>>;
    let with_document = AllOfBuilder::new().item(problem()).item(schema_of::<ImportOutcome>()).build();
    RefOr::T(Schema::from(AnyOfBuilder::new().item(Schema::from(with_document)).item(problem()).build()))
}
