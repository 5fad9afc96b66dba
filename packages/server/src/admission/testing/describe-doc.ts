import * as Y from 'yjs'

/** The content that people see, as a plain object: equal for two replicas exactly if they converged. */
export function describeDoc(doc: Y.Doc): unknown {
  return {
    text: doc.getText('text').toDelta(),
    map: doc.getMap('map').toJSON(),
    array: doc
      .getArray('array')
      .toArray()
      .map((value) => (value instanceof Y.Doc ? value.guid : value instanceof Y.AbstractType ? value.toJSON() : value)),
    xml: doc.getXmlFragment('xml').toJSON(),
  }
}
