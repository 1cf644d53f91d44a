#include "base/terminal.h"

#include "base/visible_text.h"

namespace voyages {

void write_visible(std::FILE* file, std::string_view text) {
  const auto visible = escape_hidden(text);
  (void)std::fwrite(visible.data(), 1, visible.size(), file);
}

}  // namespace voyages
