//! Names for drafted structs, and which of them are boxed.
//!
//! Nested types are named from the field that holds them: the shorter path has the
//! plain name, the request before the response; others, and those that a generated
//! module has already (`ErrorKind`), carry their parent's name in front. So names
//! depend on their own operation alone.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostics::Pointer;
use crate::model::{Struct, Type};
use crate::names::{self, Ident};
use crate::steps;

use super::Context;
use super::draft::{Draft, Ty};
use super::namespace::next_free;

/// Fields that a struct has at most without a box, those of the structs in it included: types
/// that hold the next one twice would double at each level, and overflow the stack. Published ones have less than 150.
const LARGEST: usize = 1_000;

/// How many types of one name a further one is compared with, to be merged with an equal one.
const PEERS: usize = 64;

/// Names that are taken in an operation's module.
#[derive(Default)]
pub(super) struct Taken {
    idents: FxHashSet<Ident>,
    /// By identifier, the last number that was put behind it.
    numbers: FxHashMap<Ident, usize>,
}

/// Turns the drafts of one side into structs; the first is named `root`.
pub(super) fn finish<'a>(
    mut drafts: Vec<Draft<'a>>,
    root: &'a str,
    taken: &mut Taken,
    context: &mut Context<'a>,
    at: &Pointer<'_>,
) -> Vec<Struct<'a>> {
    let names = Names::choose(&drafts, root, taken, context, at);
    let boxed = boxes(&drafts, &names);
    let mut structs = Vec::with_capacity(names.order.len());
    for &index in &names.order {
        let draft = std::mem::take(&mut drafts[index]);
        let fields = draft.fields.into_iter().enumerate();
        structs.push(Struct {
            ident: names.of(index).clone(),
            description: draft.description,
            fields: fields
                .map(|(position, drafted)| {
                    let mut field = drafted.field;
                    field.ty = names.ty(&drafted.ty);
                    field.boxed = boxed.contains(&(index, position));
                    field
                })
                .collect(),
        });
    }
    structs
}

struct Names {
    /// By draft: its name and the draft that stands for it (itself, or an equal one).
    chosen: Vec<Option<(Ident, usize)>>,
    /// Drafts that stand for themselves, nearest to the root first.
    order: Vec<usize>,
}

impl Names {
    fn choose<'a>(
        drafts: &[Draft<'a>],
        root: &'a str,
        taken: &mut Taken,
        context: &mut Context<'a>,
        at: &Pointer<'_>,
    ) -> Self {
        let mut names = Self {
            chosen: vec![None; drafts.len()],
            order: vec![0],
        };
        // `Request` and `Response` come out as they are: they are types' names.
        names.chosen[0] = Some((context.type_name(root, false), 0));
        let mut same_name: FxHashMap<Ident, Vec<usize>> = FxHashMap::default();
        let mut queue = VecDeque::from([0]);
        while let Some(parent) = queue.pop_front() {
            for field in &drafts[parent].fields {
                let Some((child, in_list)) = field.ty.innermost() else {
                    continue;
                };
                if names.chosen[child].is_some() {
                    continue;
                }
                let plain = context.type_name(field.type_wire, in_list);
                let peers = same_name.entry(plain.clone()).or_default();
                let equal = peers
                    .iter()
                    .take(PEERS)
                    .inspect(|_| steps::add(1))
                    .find(|&&peer| is_same_type(drafts, peer, child, &mut FxHashSet::default()));
                if let Some(&peer) = equal {
                    let ident = names.of(peer).clone();
                    names.chosen[child] = Some((ident, peer));
                    continue;
                }
                peers.push(child);
                let ident = taken.take(plain, names.of(parent), context, at);
                names.chosen[child] = Some((ident, child));
                names.order.push(child);
                queue.push_back(child);
            }
        }
        names
    }

    fn of(&self, index: usize) -> &Ident {
        match &self.chosen[index] {
            Some((ident, _)) => ident,
            // Every draft that a type names is reached from the root by that type.
            None => unreachable!("a struct that nothing reaches is not asked for"),
        }
    }

    fn canonical(&self, index: usize) -> usize {
        self.chosen[index].as_ref().map_or(index, |(_, peer)| *peer)
    }

    fn ty(&self, ty: &Ty) -> Type {
        match ty {
            Ty::Bool => Type::Bool,
            Ty::Int => Type::Int,
            Ty::Float => Type::Float,
            Ty::Text => Type::Text,
            Ty::Bytes => Type::Bytes,
            Ty::Any => Type::Any,
            Ty::List(inner) => Type::List(Box::new(self.ty(inner))),
            Ty::Map(inner) => Type::Map(Box::new(self.ty(inner))),
            Ty::Struct(index) => Type::Struct(self.of(*index).clone()),
        }
    }
}

impl Taken {
    fn take(
        &mut self,
        plain: Ident,
        parent: &Ident,
        context: &mut Context<'_>,
        at: &Pointer<'_>,
    ) -> Ident {
        let free = |taken: &Self, ident: &Ident| {
            !names::is_reserved_type(ident) && !taken.idents.contains(ident)
        };
        let mut ident = plain;
        if !free(self, &ident) {
            ident = names::join(parent, &ident);
        }
        if !free(self, &ident) {
            let full = ident.clone();
            let mut number = self.numbers.get(&full).copied().unwrap_or(1);
            ident = next_free(&full, &mut number, |ident| !free(self, ident));
            self.numbers.insert(full.clone(), number);
            context.note(
                at,
                format!("two different types would both be `{full}`; this one is `{ident}`"),
                "nothing to do",
            );
        }
        self.idents.insert(ident.clone());
        ident
    }
}

/// Whether two drafts are the same on the wire and in Rust; their texts may
/// differ. `seen` holds the pairs that were compared or are being compared: where
/// one of them differs, all of it does, so that none is compared twice.
fn is_same_type(
    drafts: &[Draft<'_>],
    a: usize,
    b: usize,
    seen: &mut FxHashSet<(usize, usize)>,
) -> bool {
    if a == b || seen.contains(&(a, b)) {
        return true;
    }
    let (left, right) = (&drafts[a].fields, &drafts[b].fields);
    // Beyond this it costs more than a second type.
    if left.len() != right.len() || seen.len() > 200 {
        return false;
    }
    seen.insert((a, b));
    left.iter().zip(right).all(|(l, r)| {
        let (f, g) = (&l.field, &r.field);
        f.name == g.name
            && f.ident == g.ident
            && f.required == g.required
            && f.secret == g.secret
            && f.deprecated == g.deprecated
            && f.limits == g.limits
            && f.nullable == g.nullable
            && f.file_url == g.file_url
            && f.wrapper == g.wrapper
            && f.xml_item == g.xml_item
            && l.type_wire == r.type_wire
            && f.values.len() == g.values.len()
            && f.values
                .iter()
                .zip(&g.values)
                .all(|(v, w)| v.value == w.value)
            && same_type(drafts, &l.ty, &r.ty, seen)
    })
}

fn same_type(drafts: &[Draft<'_>], a: &Ty, b: &Ty, seen: &mut FxHashSet<(usize, usize)>) -> bool {
    match (a, b) {
        (Ty::List(a), Ty::List(b)) | (Ty::Map(a), Ty::Map(b)) => same_type(drafts, a, b, seen),
        (Ty::Struct(a), Ty::Struct(b)) => is_same_type(drafts, *a, *b, seen),
        _ => a == b,
    }
}

/// Fields that are boxed: `(draft, field)`. Those that lead back into a struct that holds them,
/// with no list or map in between, for a type that contains itself has no size; and those that
/// would make a struct larger than [`LARGEST`].
fn boxes(drafts: &[Draft<'_>], names: &Names) -> FxHashSet<(usize, usize)> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut boxed = FxHashSet::default();
    let mut marks = vec![Mark::New; drafts.len()];
    let mut sizes = vec![0; drafts.len()];
    for &start in &names.order {
        if marks[start] != Mark::New {
            continue;
        }
        marks[start] = Mark::Open;
        // Not recursive: the depth is the spec's to choose.
        let mut stack = vec![(start, 0)];
        while let Some((index, position)) = stack.last_mut() {
            let Some(field) = drafts[*index].fields.get(*position) else {
                marks[*index] = Mark::Done;
                sizes[*index] = size(&drafts[*index], *index, names, &sizes, &mut boxed);
                stack.pop();
                continue;
            };
            let here = (*index, *position);
            *position += 1;
            if let Ty::Struct(child) = field.ty {
                let child = names.canonical(child);
                match marks[child] {
                    Mark::Open => {
                        boxed.insert(here);
                    }
                    Mark::New => {
                        marks[child] = Mark::Open;
                        stack.push((child, 0));
                    }
                    Mark::Done => {}
                }
            }
        }
    }
    boxed
}

/// The size of a struct in fields, those of the structs in it included, which are measured
/// already. What makes it too large is boxed.
fn size(
    draft: &Draft<'_>,
    index: usize,
    names: &Names,
    sizes: &[usize],
    boxed: &mut FxHashSet<(usize, usize)>,
) -> usize {
    let mut sum = 0;
    for (position, field) in draft.fields.iter().enumerate() {
        let inner = match field.ty {
            Ty::Struct(child) if !boxed.contains(&(index, position)) => {
                sizes[names.canonical(child)]
            }
            _ => 1,
        };
        if inner > 1 && sum + inner > LARGEST {
            boxed.insert((index, position));
            sum += 1;
        } else {
            sum += inner;
        }
    }
    sum
}
