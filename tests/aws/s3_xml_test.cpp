#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "aws/s3/xml.h"

namespace voyages::aws::s3 {
namespace {

using Leaves = std::vector<std::string>;

/// Its leaves as `path=text`; nothing when it is refused.
std::optional<Leaves> read(std::string_view document) {
  Leaves leaves;
  const bool ok = read_xml(document, [&](std::string_view path, std::string_view text) {
    leaves.push_back(std::string(path) + '=' + std::string(text));
  });
  return ok ? std::optional(leaves) : std::nullopt;
}

TEST(S3Xml, ReadsAListOfObjects) {
  const auto leaves = read(R"(<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix/>
  <IsTruncated>false</IsTruncated>
  <Contents><Key>a%2Fb</Key><ETag>&quot;70ee&quot;</ETag><Owner><ID>x</ID></Owner></Contents>
  <Contents><Key>c</Key></Contents>
</ListBucketResult>
)");
  EXPECT_EQ(leaves, (Leaves{"ListBucketResult/Name=b", "ListBucketResult/Prefix=", "ListBucketResult/IsTruncated=false",
                            "ListBucketResult/Contents/Key=a%2Fb", "ListBucketResult/Contents/ETag=\"70ee\"",
                            "ListBucketResult/Contents/Owner/ID=x", "ListBucketResult/Contents/Key=c"}));
}

TEST(S3Xml, ResolvesReferences) {
  EXPECT_EQ(read("<a>&lt;&gt;&amp;amp;&apos;&quot;&#65;&#x42;&#xE9;&#x20AC;&#x1F6A2;</a>"),
            Leaves{"a=<>&amp;'\"AB\xC3\xA9\xE2\x82\xAC\xF0\x9F\x9A\xA2"});
}

TEST(S3Xml, PassesOverAttributes) {
  EXPECT_EQ(read(R"(<a x="1>2" y='/'><b z = "" /><c
 d="'"></c ></a>)"),
            (Leaves{"a/b=", "a/c="}));
}

TEST(S3Xml, RefusesWhatS3DoesNotWrite) {
  for (const std::string_view document : {"",
                                          "text",
                                          "<",
                                          "<a",
                                          "<a>",
                                          "</a>",
                                          "<a></b>",
                                          "<a><b></a></b>",
                                          "<a></a><b></b>",
                                          "<a></a>x",
                                          "x<a></a>",
                                          "<a>&</a>",
                                          "<a>&lt</a>",
                                          "<a>&unknown;</a>",
                                          "<a>&#0;</a>",
                                          "<a>&#xD800;</a>",
                                          "<a>&#x110000;</a>",
                                          "<a>&#99999999999;</a>",
                                          "<a>&#;</a>",
                                          "<a>&#x;</a>",
                                          "<a>&#-1;</a>",
                                          "<!-- --><a></a>",
                                          "<a><!-- --></a>",
                                          "<!DOCTYPE a [<!ENTITY b 'c'>]><a></a>",
                                          "<a><![CDATA[x]]></a>",
                                          "<a><?b?></a>",
                                          "<a b=\"></a>",
                                          "<a <b></b></a>",
                                          "<></>",
                                          "<a b></a",
                                          "<\xC3\xA9></\xC3\xA9>",
                                          "<a>\xFF</a>",
                                          "<?xml <a></a>",
                                          "</>"}) {
    EXPECT_FALSE(read(document)) << document;
  }
}

TEST(S3Xml, GoesSixteenElementsDeep) {
  const auto nested = [](int depth) {
    std::string begin;
    std::string end;
    for (int i = 0; i < depth; ++i) {
      begin += "<a>";
      end += "</a>";
    }
    return begin + end;
  };
  EXPECT_TRUE(read(nested(16)));
  EXPECT_FALSE(read(nested(17)));
  EXPECT_FALSE(read(nested(100'000)));
}

}  // namespace
}  // namespace voyages::aws::s3
