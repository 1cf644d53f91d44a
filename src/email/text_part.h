#pragma once

#include <string>
#include <string_view>

namespace voyages::email {

/// What a mail's HTML says, as plain text: paragraphs wrapped at 76 characters, lists with dashes, a link as
/// `label: url`. Elements of the class `html-only` are left out; those of the class `lines` keep their line ends. Takes
/// any input, well-formed or not.
std::string to_text_part(std::string_view html);

/// The first paragraph of it, in one line of at most `max_characters`: what a mailbox shows beside the subject.
std::string first_paragraph(std::string_view html, std::size_t max_characters);

}  // namespace voyages::email
