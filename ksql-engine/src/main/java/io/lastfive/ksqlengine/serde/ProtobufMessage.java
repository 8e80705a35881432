// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A message of a schema. Its members come once all messages are known, since messages may hold each
 * other; afterwards it does not change.
 */
final class ProtobufMessage {

  /** What a message holds: a field, or fields of which one is set at most. */
  sealed interface Member {
    String name();
  }

  /**
   * @param presence whether a message tells a field that is not set from one with the default value
   */
  record Field(String name, int number, ProtobufType type, boolean repeated, boolean presence)
      implements Member {}

  /**
   * {@code oneof}, which is a STRUCT in SQL; the name has its index behind it, as Connect's has.
   */
  record OneOf(String name, List<Field> fields) implements Member {
    public OneOf {
      fields = List.copyOf(fields);
    }
  }

  private final String fullName;
  private final List<Integer> path;
  private final List<Member> members = new ArrayList<>();

  /**
   * @param path the message's index in its file, then that of each message nested in it
   */
  ProtobufMessage(String fullName, List<Integer> path) {
    this.fullName = fullName;
    this.path = List.copyOf(path);
  }

  String fullName() {
    return fullName;
  }

  /** The name without package and enclosing messages. */
  String name() {
    return fullName.substring(fullName.lastIndexOf('.') + 1);
  }

  List<Integer> path() {
    return path;
  }

  void add(Member member) {
    members.add(member);
  }

  List<Member> members() {
    return members;
  }

  /** By name, whatever its case; one in the same case first. */
  Optional<Member> member(String name) {
    return members.stream()
        .filter(member -> member.name().equals(name))
        .findFirst()
        .or(() -> members.stream().filter(m -> m.name().equalsIgnoreCase(name)).findFirst());
  }
}
