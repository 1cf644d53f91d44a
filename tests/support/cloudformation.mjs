// What CloudFormation would make of a template: `makeStack` evaluates conditions and functions for given parameters.
import assert from 'node:assert/strict';

const absent = Symbol('AWS::NoValue');

export const pseudoParameters = {
  'AWS::AccountId': '123456789012', 'AWS::Partition': 'aws', 'AWS::Region': 'eu-central-1', 'AWS::StackName': 'voyages',
};

/// `known` has what resources are called, by "Name" for Ref and "Name.Attribute" for GetAtt; others keep that name.
export function makeStack(template, parameters, known = {}) {
  const names = { ...pseudoParameters, ...known };
  for (const [name, { Default, AllowedPattern, AllowedValues }] of Object.entries(template.Parameters)) {
    const value = String(parameters[name] ?? Default);
    if (AllowedPattern) assert.match(value, new RegExp(AllowedPattern), name);
    if (AllowedValues) assert.ok(AllowedValues.map(String).includes(value), `${name}: ${value}`);
    names[name] = value;
  }
  Object.keys(parameters).forEach((name) => assert.ok(template.Parameters[name], name));

  const isTrue = (name) => {
    assert.ok(template.Conditions[name], name);
    return resolve(template.Conditions[name]);
  };
  const lookUp = (name) => {
    if (name in names) return names[name];
    const [resource] = name.split('.');
    assert.ok(template.Resources[resource], `${name} is nowhere`);
    const { Condition } = template.Resources[resource];
    assert.ok(!Condition || isTrue(Condition), `${name} is not made with these parameters`);
    return name;
  };
  const substitute = (text, own = {}) => text.replaceAll(/\$\{([^}]+)\}/g,
    (_, name) => (name in own ? resolve(own[name]) : lookUp(name)));
  const functions = {
    Ref: (name) => (name === 'AWS::NoValue' ? absent : lookUp(name)),
    Condition: isTrue,
    'Fn::GetAtt': (path) => lookUp(Array.isArray(path) ? path.join('.') : path),
    'Fn::Sub': (value) => (Array.isArray(value) ? substitute(...value) : substitute(value)),
    'Fn::If': ([name, then, otherwise]) => resolve(isTrue(name) ? then : otherwise),
    'Fn::Equals': ([a, b]) => String(resolve(a)) === String(resolve(b)),
    'Fn::Not': ([value]) => !resolve(value),
    'Fn::Split': ([separator, value]) => resolve(value).split(separator),
    'Fn::Select': ([index, values]) => resolve(values)[index],
  };

  function resolve(value) {
    if (Array.isArray(value)) return value.map(resolve).filter((each) => each !== absent);
    if (value === null || typeof value !== 'object') return value;
    const [[name, argument], ...more] = Object.entries(value).concat([['', undefined]]);
    // A policy's `Condition` has an object behind it, and a resource's stands beside other keys.
    const isCall = more.length === 1 && (name !== 'Condition' || typeof argument === 'string');
    if (isCall && functions[name]) return functions[name](argument);
    assert.ok(!name.startsWith('Fn::'), `${name} is not known here`);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolve(each)])
      .filter(([, each]) => each !== absent));
  }

  const isMade = ([, { Condition }]) => !Condition || isTrue(Condition);
  const made = (from) => Object.fromEntries(Object.entries(from).filter(isMade)
    .map(([name, { Condition, ...each }]) => [name, resolve(each)]));
  return {
    conditions: Object.fromEntries(Object.keys(template.Conditions).map((name) => [name, isTrue(name)])),
    outputs: Object.fromEntries(Object.entries(made(template.Outputs)).map(([name, { Value }]) => [name, Value])),
    resources: made(template.Resources),
  };
}
