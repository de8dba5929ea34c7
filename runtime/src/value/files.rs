//! The files that a request holds where its operation takes their URLs.

use super::path::Path;
use super::value::{Object, Slot, Value, View};
use crate::content::{FileContent, FileUrl};
use crate::schema::Place;

/// A file that is to be uploaded, and the parameter that takes its URL, by wire name:
/// `Tasks.2.ImageURL`.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) parameter: String,
    pub(crate) content: FileContent,
}

/// The files to upload, in the order of their parameters. What is itself the body is none.
pub(crate) fn files(request: &dyn Object) -> Vec<Pending> {
    let mut found = Vec::new();
    of_object(request, &Path::ROOT, &mut found);
    found
}

fn of_object(object: &dyn Object, path: &Path<'_>, found: &mut Vec<Pending>) {
    for (index, field) in object.schema().fields.iter().enumerate() {
        if field.place != Place::RawBody {
            of_value(object.get(index), &path.name(field.name), found);
        }
    }
}

fn of_value(value: &dyn Value, path: &Path<'_>, found: &mut Vec<Pending>) {
    match value.view() {
        View::File(content) => found.push(Pending {
            parameter: path.to_string(),
            content: content.clone(),
        }),
        View::Object(object) => of_object(object, path, found),
        View::List(list) => {
            for index in 0..list.len() {
                of_value(list.at(index), &path.index(index), found);
            }
        }
        View::Map(map) => map.each(&mut |key, value| of_value(value, &path.name(key), found)),
        _ => {}
    }
}

/// Puts URLs in the files' places, in the order of [`files`].
pub(crate) fn put_urls(request: &mut dyn Object, urls: &mut impl Iterator<Item = String>) {
    for index in 0..request.schema().fields.len() {
        if request.schema().fields[index].place != Place::RawBody {
            put_url(request.get_mut(index), urls);
        }
    }
}

fn put_url(value: &mut dyn Value, urls: &mut impl Iterator<Item = String>) {
    // A slot would set what is unset.
    if value.is_unset() {
        return;
    }
    match value.slot() {
        Slot::FileUrl(file) => {
            if let FileUrl::File(_) = file
                && let Some(url) = urls.next()
            {
                *file = FileUrl::Url(url);
            }
        }
        Slot::Object(object) => put_urls(object, urls),
        Slot::List(list) => {
            for index in 0..list.len() {
                put_url(list.at_mut(index), urls);
            }
        }
        Slot::Map(map) => {
            let mut keys = Vec::new();
            map.each(&mut |key, _| keys.push(key.to_owned()));
            for key in keys {
                put_url(map.entry(key), urls);
            }
        }
        _ => {}
    }
}
