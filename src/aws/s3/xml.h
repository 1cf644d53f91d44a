#pragma once

#include <functional>
#include <string_view>

namespace voyages::aws::s3 {

/// Called for each element that holds no other: its names from the root down, `ListBucketResult/Contents/Key`, and its
/// text with all references resolved.
using XmlLeaf = std::function<void(std::string_view path, std::string_view text)>;

/// Reads a document of the part of XML 1.0 that S3 writes: elements, attributes (not looked at), text with character
/// and predefined entity references. False for everything else: comments, CDATA and DTDs too, and elements more than
/// 16 deep. `leaf` may have been called by then.
bool read_xml(std::string_view document, const XmlLeaf& leaf);

}  // namespace voyages::aws::s3
