//! A vector picture made into points.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};

/// The embedded fonts and no others: what a machine has installed must not change a picture. A letter that the first of
/// them has not is taken from the others.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for file in super::fonts::FONTS {
        fonts.load_font_data(file.to_vec());
    }
    Arc::new(fonts)
});

/// One point to each unit of the picture.
pub(super) fn png(svg: &str) -> Result<Vec<u8>, String> {
    let options = Options { fontdb: Arc::clone(&FONTS), ..Options::default() };
    let picture = Tree::from_str(svg, &options).map_err(|error| error.to_string())?;
    let size = picture.size().to_int_size();
    let mut points = Pixmap::new(size.width(), size.height()).ok_or("it has no size")?;
    resvg::render(&picture, Transform::identity(), &mut points.as_mut());
    points.encode_png().map_err(|error| error.to_string())
}
