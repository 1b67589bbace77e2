//! Prints the sources there are, one a line.

fn main() {
    pipeline::source::all().iter().for_each(|source| println!("{}", source.id()));
}
