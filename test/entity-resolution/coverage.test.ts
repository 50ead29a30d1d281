import { completeStack } from './complete';
import { testThatEachPropertyCanBeSet } from '../coverage';

testThatEachPropertyCanBeSet('EntityResolution', ['SchemaMapping', 'MatchingWorkflow', 'IdNamespace', 'IdMappingWorkflow', 'PolicyStatement'], completeStack());
