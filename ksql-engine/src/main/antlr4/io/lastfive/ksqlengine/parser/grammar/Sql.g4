// SPDX-License-Identifier: Apache-2.0
//
// ksqlDB's language, written from its documentation and its public test cases.
// Every construct of the language parses here; what the engine leaves out is refused by the analysis.
grammar Sql;

options { caseInsensitive = true; }

// --- entry points

singleStatement: statement ';' EOF;

/** Statements of script tests: those of the language, and assertions on what a query wrote. */
singleTestStatement: (statement | testStatement) ';' EOF;

singleExpression: expression EOF;

singleType: type EOF;

singleIdentifier: identifier EOF;

// --- statements

statement
    : query                                                                     #selectStatement
    | CREATE (OR REPLACE)? SOURCE? sourceKind ifNotExists? sourceName
        columnDefinitions? withProperties?                                      #createSource
    | CREATE (OR REPLACE)? sourceKind ifNotExists? sourceName
        withProperties? AS query                                                #createAsSelect
    | CREATE TYPE ifNotExists? identifier AS type                               #createType
    | CREATE (SOURCE | SINK) CONNECTOR ifNotExists? name withProperties         #createConnector
    | INSERT INTO sourceName withProperties? query                              #insertInto
    | INSERT INTO sourceName columnNames? VALUES expressionList                 #insertValues
    | DROP sourceKind ifExists? sourceName (DELETE TOPIC)?                      #dropSource
    | DROP TYPE ifExists? identifier                                            #dropType
    | DROP CONNECTOR ifExists? name                                             #dropConnector
    | ALTER sourceKind sourceName addedColumn (',' addedColumn)*                #alterSource
    | ALTER SYSTEM STRING_VALUE '=' STRING_VALUE                                #alterSystem
    | (LIST | SHOW) listed                                                      #listAll
    | SHOW COLUMNS FROM sourceName                                              #showColumns
    | DESCRIBE FUNCTION identifier                                              #describeFunction
    | DESCRIBE CONNECTOR name                                                   #describeConnector
    | DESCRIBE (STREAMS | TABLES) EXTENDED?                                     #describeSources
    | DESCRIBE sourceName EXTENDED?                                             #describeSource
    | EXPLAIN statement                                                         #explainStatement
    | EXPLAIN identifier                                                        #explainQuery
    | PRINT name (FROM BEGINNING)? ((INTERVAL | SAMPLE) number)? limit?         #printTopic
    | action=(TERMINATE | PAUSE | RESUME) (ALL | identifier)                    #queryControl
    | SET STRING_VALUE '=' STRING_VALUE                                         #setProperty
    | UNSET STRING_VALUE                                                        #unsetProperty
    | DEFINE identifier '=' STRING_VALUE                                        #defineVariable
    | UNDEFINE identifier                                                       #undefineVariable
    | RUN SCRIPT STRING_VALUE                                                   #runScript
    | ASSERT (NOT EXISTS)? TOPIC name withProperties? timeout?                  #assertTopic
    | ASSERT (NOT EXISTS)? SCHEMA (SUBJECT name)? (ID number)? timeout?         #assertSchema
    ;

testStatement
    : ASSERT VALUES sourceName columnNames? VALUES expressionList               #assertValues
    | ASSERT NULL VALUES sourceName columnNames? KEY expressionList             #assertTombstone
    | ASSERT sourceKind sourceName columnDefinitions? withProperties?           #assertSource
    ;

listed
    : STREAMS EXTENDED?
    | TABLES EXTENDED?
    | ALL? TOPICS EXTENDED?
    | QUERIES EXTENDED?
    | FUNCTIONS
    | PROPERTIES
    | TYPES
    | VARIABLES
    | (SOURCE | SINK)? CONNECTORS
    | CONNECTOR PLUGINS
    ;

sourceKind: STREAM | TABLE;

ifNotExists: IF NOT EXISTS;

ifExists: IF EXISTS;

columnDefinitions: '(' columnDefinition (',' columnDefinition)* ')';

columnDefinition: identifier type columnRole?;

columnRole
    : PRIMARY? KEY
    | HEADERS
    | HEADER '(' STRING_VALUE ')'
    ;

addedColumn: ADD COLUMN? identifier type;

columnNames: '(' identifier (',' identifier)* ')';

expressionList: '(' expression (',' expression)* ')';

withProperties: WITH '(' property (',' property)* ')';

property: (identifier | STRING_VALUE) '=' literal;

timeout: TIMEOUT duration;

/** A topic, connector or subject: in its written case. */
name: identifier | STRING_VALUE;

// --- queries

query
    : SELECT selectItem (',' selectItem)*
      FROM relation
      (WINDOW identifier? window)?
      (WHERE where=expression)?
      (GROUP BY groupBy=keyExpressions)?
      (PARTITION BY partitionBy=keyExpressions)?
      (HAVING having=expression)?
      (EMIT (CHANGES | FINAL))?
      limit?
    ;

limit: LIMIT number;

selectItem
    : '*'                                       #allColumns
    | identifier '.' '*'                        #allColumnsOf
    | primaryExpression '->' '*'                #structAll
    | expression (AS? identifier)?              #singleColumn
    ;

relation
    : left=relation joinType JOIN right=source within? ON expression            #join
    | source                                                                    #singleSource
    ;

source: sourceName (AS? identifier)?;

joinType
    : INNER?
    | LEFT OUTER?
    | RIGHT OUTER?
    | FULL? OUTER
    | FULL
    ;

within
    : WITHIN duration grace?
    | WITHIN '(' before=duration ',' after=duration ')' grace?
    ;

grace: GRACE PERIOD duration;

window
    : TUMBLING '(' SIZE size=duration retention? graceClause? ')'               #tumbling
    | HOPPING '(' SIZE size=duration ',' ADVANCE BY advance=duration
        retention? graceClause? ')'                                             #hopping
    | SESSION '(' gap=duration retention? graceClause? ')'                      #session
    ;

retention: ',' RETENTION duration;

graceClause: ',' grace;

duration: number timeUnit;

keyExpressions
    : '(' (expression (',' expression)*)? ')'
    | expression (',' expression)*
    ;

// --- expressions, loosest first

expression: booleanExpression;

booleanExpression
    : valueExpression predicate?                #predicated
    | NOT booleanExpression                     #not
    | booleanExpression AND booleanExpression   #and
    | booleanExpression OR booleanExpression    #or
    ;

predicate
    : comparisonOperator valueExpression                                        #comparison
    | NOT? BETWEEN min=valueExpression AND max=valueExpression                  #between
    | NOT? IN expressionList                                                    #in
    | NOT? LIKE pattern=valueExpression (ESCAPE escape=STRING_VALUE)?           #like
    | IS NOT? NULL                                                              #isNull
    | IS NOT? DISTINCT FROM valueExpression                                     #distinctFrom
    ;

comparisonOperator: '=' | '<>' | '!=' | '<' | '<=' | '>' | '>=';

valueExpression
    : primaryExpression                                                         #primary
    | sign=('+' | '-') valueExpression                                          #signed
    | left=valueExpression operator=('*' | '/' | '%') right=valueExpression     #arithmetic
    | left=valueExpression operator=('+' | '-') right=valueExpression           #arithmetic
    | left=valueExpression '||' right=valueExpression                           #concatenation
    ;

primaryExpression
    : literal                                                                   #literalExpression
    | CASE whenClause+ elseBranch? END                                          #searchedCase
    | CASE operand=expression whenClause+ elseBranch? END                       #simpleCase
    | CAST '(' expression AS type ')'                                           #cast
    | ARRAY '[' (expression (',' expression)*)? ']'                             #arrayConstructor
    | MAP '(' (mapEntry (',' mapEntry)*)? ')'                                   #mapConstructor
    | STRUCT '(' (structField (',' structField)*)? ')'                          #structConstructor
    | identifier '(' '*' ')'                                                    #functionCall
    | identifier '(' (argument (',' argument)*)? ')'                            #functionCall
    | identifier '.' identifier                                                 #columnReference
    | identifier                                                                #columnReference
    | base=primaryExpression '[' index=valueExpression ']'                      #subscript
    | base=primaryExpression '->' identifier                                    #dereference
    | '(' expression ')'                                                        #parenthesized
    ;

whenClause: WHEN condition=expression THEN result=expression;

elseBranch: ELSE expression;

mapEntry: key=expression ':=' value=expression;

structField: identifier ':=' expression;

argument: lambda | expression;

lambda
    : identifier '=>' expression
    | '(' identifier (',' identifier)* ')' '=>' expression
    ;

// --- types

type
    : ARRAY '<' type '>'                                                        #arrayType
    | MAP '<' key=type ',' value=type '>'                                       #mapType
    | STRUCT '<' (typedField (',' typedField)*)? '>'                            #structType
    | STRUCT '<>'                                                               #structType
    | identifier ('(' typeParameter (',' typeParameter)* ')')?                  #namedType
    ;

typedField: identifier type;

typeParameter: INTEGER_VALUE | STRING;

// --- leaves

literal
    : NULL                                                                      #nullLiteral
    | '-'? number                                                               #numberLiteral
    | (TRUE | FALSE)                                                            #booleanLiteral
    | STRING_VALUE                                                              #stringLiteral
    ;

number: INTEGER_VALUE | DECIMAL_VALUE | FLOATING_POINT_VALUE;

timeUnit
    : DAY | DAYS | HOUR | HOURS | MINUTE | MINUTES | SECOND | SECONDS | MILLISECOND | MILLISECONDS
    ;

sourceName: identifier;

identifier
    : IDENTIFIER                                #unquotedIdentifier
    | VARIABLE                                  #unquotedIdentifier
    | nonReserved                               #unquotedIdentifier
    | DIGIT_IDENTIFIER                          #unquotedIdentifier
    | QUOTED_IDENTIFIER                         #quotedIdentifier
    | BACKQUOTED_IDENTIFIER                     #quotedIdentifier
    ;

/** Words of the language that may name columns, streams and functions as well. */
nonReserved
    : ADD | ALTER | ARRAY | ASSERT | CHANGES | COLUMN | COLUMNS | CONNECTOR | CONNECTORS
    | DAY | DAYS | DEFINE | EMIT | ESCAPE | EXPLAIN | FINAL | FUNCTION | FUNCTIONS | GRACE
    | HEADER | HEADERS | HOUR | HOURS | ID | IF | INTERVAL | KEY | MAP
    | MILLISECOND | MILLISECONDS | MINUTE | MINUTES | PARTITION | PAUSE | PLUGINS | PRIMARY
    | QUERIES | REPLACE | RESUME | RETENTION | SAMPLE | SCHEMA | SECOND | SECONDS | SESSION | SET | SHOW
    | SINK | SOURCE | STRING | STRUCT | SUBJECT | SYSTEM | TABLES | TIMEOUT | TOPIC | TOPICS
    | TYPE | TYPES | UNDEFINE | VARIABLES
    ;

// --- words

ADD: 'ADD';
ADVANCE: 'ADVANCE';
ALL: 'ALL';
ALTER: 'ALTER';
AND: 'AND';
ARRAY: 'ARRAY';
AS: 'AS';
ASSERT: 'ASSERT';
BEGINNING: 'BEGINNING';
BETWEEN: 'BETWEEN';
BY: 'BY';
CASE: 'CASE';
CAST: 'CAST';
CHANGES: 'CHANGES';
COLUMN: 'COLUMN';
COLUMNS: 'COLUMNS';
CONNECTOR: 'CONNECTOR';
CONNECTORS: 'CONNECTORS';
CREATE: 'CREATE';
DAY: 'DAY';
DAYS: 'DAYS';
DEFINE: 'DEFINE';
DELETE: 'DELETE';
DESCRIBE: 'DESCRIBE';
DISTINCT: 'DISTINCT';
DROP: 'DROP';
ELSE: 'ELSE';
EMIT: 'EMIT';
END: 'END';
ESCAPE: 'ESCAPE';
EXISTS: 'EXISTS';
EXPLAIN: 'EXPLAIN';
EXTENDED: 'EXTENDED';
FALSE: 'FALSE';
FINAL: 'FINAL';
FROM: 'FROM';
FULL: 'FULL';
FUNCTION: 'FUNCTION';
FUNCTIONS: 'FUNCTIONS';
GRACE: 'GRACE';
GROUP: 'GROUP';
HAVING: 'HAVING';
HEADER: 'HEADER';
HEADERS: 'HEADERS';
HOPPING: 'HOPPING';
HOUR: 'HOUR';
HOURS: 'HOURS';
ID: 'ID';
IF: 'IF';
IN: 'IN';
INNER: 'INNER';
INSERT: 'INSERT';
INTERVAL: 'INTERVAL';
INTO: 'INTO';
IS: 'IS';
JOIN: 'JOIN';
KEY: 'KEY';
LEFT: 'LEFT';
LIKE: 'LIKE';
LIMIT: 'LIMIT';
LIST: 'LIST';
MAP: 'MAP';
MILLISECOND: 'MILLISECOND';
MILLISECONDS: 'MILLISECONDS';
MINUTE: 'MINUTE';
MINUTES: 'MINUTES';
NOT: 'NOT';
NULL: 'NULL';
ON: 'ON';
OR: 'OR';
OUTER: 'OUTER';
PARTITION: 'PARTITION';
PAUSE: 'PAUSE';
PERIOD: 'PERIOD';
PLUGINS: 'PLUGINS';
PRIMARY: 'PRIMARY';
PRINT: 'PRINT';
PROPERTIES: 'PROPERTIES';
QUERIES: 'QUERIES';
REPLACE: 'REPLACE';
RESUME: 'RESUME';
RETENTION: 'RETENTION';
RIGHT: 'RIGHT';
RUN: 'RUN';
SAMPLE: 'SAMPLE';
SCHEMA: 'SCHEMA';
SCRIPT: 'SCRIPT';
SECOND: 'SECOND';
SECONDS: 'SECONDS';
SELECT: 'SELECT';
SESSION: 'SESSION';
SET: 'SET';
SHOW: 'SHOW';
SINK: 'SINK';
SIZE: 'SIZE';
SOURCE: 'SOURCE';
STREAM: 'STREAM';
STREAMS: 'STREAMS';
STRING: 'STRING';
STRUCT: 'STRUCT';
SUBJECT: 'SUBJECT';
SYSTEM: 'SYSTEM';
TABLE: 'TABLE';
TABLES: 'TABLES';
TERMINATE: 'TERMINATE';
THEN: 'THEN';
TIMEOUT: 'TIMEOUT';
TOPIC: 'TOPIC';
TOPICS: 'TOPICS';
TRUE: 'TRUE';
TUMBLING: 'TUMBLING';
TYPE: 'TYPE';
TYPES: 'TYPES';
UNDEFINE: 'UNDEFINE';
UNSET: 'UNSET';
VALUES: 'VALUES';
VARIABLES: 'VARIABLES';
WHEN: 'WHEN';
WHERE: 'WHERE';
WINDOW: 'WINDOW';
WITH: 'WITH';
WITHIN: 'WITHIN';

// --- other tokens

STRING_VALUE: '\'' (~'\'' | '\'\'')* '\'';

INTEGER_VALUE: DIGIT+;

DECIMAL_VALUE: DIGIT+ '.' DIGIT* | '.' DIGIT+;

FLOATING_POINT_VALUE: (DIGIT+ ('.' DIGIT*)? | '.' DIGIT+) 'E' [+-]? DIGIT+;

IDENTIFIER: (LETTER | '_') (LETTER | DIGIT | '_')*;

DIGIT_IDENTIFIER: DIGIT (LETTER | DIGIT | '_')+;

QUOTED_IDENTIFIER: '"' (~'"' | '""')* '"';

BACKQUOTED_IDENTIFIER: '`' (~'`' | '``')* '`';

/** A reference to a variable, where none of that name is defined. */
VARIABLE: '$' '{' ~[}]* '}';

LINE_COMMENT: '--' ~[\r\n]* -> channel(HIDDEN);

BLOCK_COMMENT: '/*' .*? '*/' -> channel(HIDDEN);

WHITESPACE: [ \r\n\t\u00A0]+ -> channel(HIDDEN);

/** Any other character: the parser names it and its place. */
UNRECOGNIZED: .;

fragment DIGIT: [0-9];

fragment LETTER: [A-Z];
