//! What a document promises, as a list of parts that traffic may show: parameters, statuses, media
//! types, and the way through its schemas to properties and values of enumerations.
//!
//! Everything is worked out when somebody first comes there.

use std::rc::Rc;

use http::StatusCode;

use crate::drift::coverage::PartKind;
use crate::drift::parts::Item;
use crate::drift::parts::PartId;
use crate::drift::shape::ShapeId;
use crate::drift::shape::Shapes;
use crate::finding::Side;
use crate::pointer::Pointer;
use crate::spec::Document;
use crate::spec::model::Content;
use crate::spec::model::Operation;
use crate::spec::model::StatusPattern;

/// What is known of a document.
#[derive(Debug)]
pub(crate) struct Plan<'d> {
    pub(crate) document: &'d Document,
    pub(crate) shapes: Shapes<'d>,
    /// By the operation's number.
    calls: Vec<Option<Rc<Call>>>,
}

/// The parts of one operation.
#[derive(Debug, Default)]
pub(crate) struct Call {
    /// In the order of the operation's parameters: the part, and the schema of the value.
    pub(crate) parameters: Vec<(PartId, Option<ShapeId>)>,
    /// In the order of its request body's content: the media type, and the schema of the content.
    pub(crate) request: Vec<(PartId, Option<ShapeId>)>,
    pub(crate) responses: Vec<Answered>,
}

/// The parts of one response.
#[derive(Debug)]
pub(crate) struct Answered {
    status: StatusPattern,
    pub(crate) part: PartId,
    pub(crate) headers: Vec<PartId>,
    /// As those of a request.
    pub(crate) content: Vec<(PartId, Option<ShapeId>)>,
}

impl Call {
    /// The parts of the response that is declared for a status.
    pub(crate) fn response(&self, status: StatusCode) -> Option<&Answered> {
        self.responses.iter().find(|answered| answered.status.covers(status.as_u16()))
    }
}

impl<'d> Plan<'d> {
    pub(crate) fn new(document: &'d Document) -> Self {
        let calls = document.operations.iter().map(|_| None).collect();
        Self { document, shapes: Shapes::new(document), calls }
    }

    /// The parts of an operation, by its number in the document.
    pub(crate) fn call(&mut self, number: usize) -> Rc<Call> {
        if let Some(call) = &self.calls[number] {
            return Rc::clone(call);
        }
        let document = self.document;
        let call = Rc::new(self.read_call(number, &document.operations[number]));
        self.calls[number] = Some(Rc::clone(&call));
        call
    }

    fn read_call(&mut self, number: usize, operation: &'d Operation) -> Call {
        let mut call = Call::default();
        let id = &operation.id;
        let own = |key: String, kind, side, name: String, pointer: &Pointer| Item {
            key: format!("{id} {key}"),
            kind,
            side,
            name,
            pointer: pointer.clone(),
            operation: Some(number),
        };
        for parameter in &operation.parameters {
            let place = format!("{:?}", parameter.location).to_lowercase();
            let name = format!("{place}.{}", parameter.name);
            let kind = PartKind::Parameter;
            let item = own(name.clone(), kind, Side::Request, name, &parameter.pointer);
            let part = self.shapes.parts.number(item);
            let shape = parameter.schema.map(|schema| self.shapes.whole(schema));
            call.parameters.push((part, shape));
        }
        for content in operation.request_body.iter().flat_map(|body| &body.content) {
            let name = content.name().to_owned();
            let key = format!("request {name}");
            let item = own(key, PartKind::MediaType, Side::Request, name, &content.pointer);
            let part = self.shapes.parts.number(item);
            call.request.push((part, self.root(content)));
        }
        for response in &operation.responses {
            let status = match response.status {
                StatusPattern::Exact(code) => code.to_string(),
                StatusPattern::Range(class) => format!("{class}XX"),
                StatusPattern::Default => "default".to_owned(),
            };
            let side = Side::Response;
            let kind = PartKind::Status;
            let part = self.shapes.parts.number(own(
                status.clone(),
                kind,
                side,
                status.clone(),
                &response.pointer,
            ));
            let mut answered = Answered {
                status: response.status,
                part,
                headers: Vec::new(),
                content: Vec::new(),
            };
            for header in &response.headers {
                let name = format!("header.{}", header.name.to_lowercase());
                let key = format!("{status} {name}");
                let item = own(key, PartKind::Parameter, side, name, &header.pointer);
                answered.headers.push(self.shapes.parts.number(item));
            }
            for content in &response.content {
                let name = format!("{status} {}", content.name());
                let item = own(name.clone(), PartKind::MediaType, side, name, &content.pointer);
                let part = self.shapes.parts.number(item);
                answered.content.push((part, self.root(content)));
            }
            call.responses.push(answered);
        }
        call
    }

    fn root(&mut self, content: &Content) -> Option<ShapeId> {
        content.schema.map(|schema| self.shapes.whole(schema))
    }

    /// Comes to everything that the document promises.
    pub(crate) fn complete(&mut self) {
        for number in 0..self.calls.len() {
            self.call(number);
        }
        self.shapes.complete();
    }
}
